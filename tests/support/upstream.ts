/** A scripted OpenAI-compatible server on a real port, well-behaved or broken, and what it saw of its clients. */
import { createServer, type Server, type Socket } from "node:net";
import { createReply, type Reply } from "./upstream-reply.ts";
import { createRequestReader, type Head } from "./upstream-request.ts";

/**
 * Called for each request. It may be asynchronous, wait for gates, or return without an answer, which
 * leaves the client waiting.
 *
 *     await using upstream = await startUpstream((request, reply) => reply.stream([
 *       delta("Hel"), held, delta("lo"), finish("stop"), usage(3, 2), done(),
 *     ]));
 *     createHuggingFace({ baseUrl: upstream.url, … });
 *     const request = await upstream.nextRequest();
 *     held.release();            // `const held = gate()`: nothing after it is sent before this
 *     await request.closed;      // the client has closed the connection
 */
export type Script = (request: UpstreamRequest, reply: Reply) => void | Promise<void>;

export type UpstreamRequest = Head & {
  /** The body as JSON; undefined where it is none. */
  json: unknown;
  /** 0 for the first request to this server. */
  index: number;
  atMs: number;
  /** The connection it came on is gone. */
  closed: Promise<void>;
  isClosed(): boolean;
};

export type Upstream = AsyncDisposable & {
  /** The base URL, ending in /v1. */
  url: string;
  /** Without /v1; other paths are the script's to answer. */
  origin: string;
  /** All so far, oldest first. */
  requests: UpstreamRequest[];
  /** Each request once, in order; waits for the next where all were given out. */
  nextRequest(): Promise<UpstreamRequest>;
  /** Connections open now. */
  connections(): number;
  /** How often its list of models was asked for; the script and `requests` know nothing of that. */
  lists(): number;
  /** Replaces the script for requests from now on. */
  answer(script: Script): void;
  /** Resets what is open and frees the port. */
  stop(): Promise<void>;
};

/** `models` is what it answers to GET /v1/models, an error if it is not set; or the script does that too. */
export async function startUpstream(
  script: Script,
  options: { port?: number; models?: Script | "script" } = {},
): Promise<Upstream> {
  const sockets = new Set<Socket>();
  const requests: UpstreamRequest[] = [];
  const waiting: ((request: UpstreamRequest) => void)[] = [];
  const faults: unknown[] = [];
  const { models = noModels } = options;
  let given = 0;
  let lists = 0;

  function take(request: UpstreamRequest, socket: Socket) {
    requests.push(request);
    const next = waiting.shift();
    if (next !== undefined) {
      given++;
      next(request);
    }
    run(script, request, socket, faults);
  }

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    const gone = Promise.withResolvers<void>();
    socket.on("error", () => socket.destroy());
    socket.on("end", () => socket.destroy());
    socket.on("close", () => {
      sockets.delete(socket);
      gone.resolve();
    });
    const onRequest = (head: Head) => {
      const more = { index: requests.length, atMs: performance.now(), closed: gone.promise };
      const request = { ...head, ...more, json: parseJson(head.body), isClosed: () => socket.destroyed };
      const isList = head.method === "GET" && head.path === "/v1/models";
      if (models === "script" || !isList) return take(request, socket);
      lists += 1;
      run(models, request, socket, faults);
    };
    const read = createRequestReader(onRequest, () =>
      socket.end("HTTP/1.1 400 No\r\ncontent-length: 0\r\n\r\n"),
    );
    socket.on("data", read);
  });

  const origin = await listen(server, options.port ?? 0);

  async function stop() {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise<void>((resolve) => server.close(() => resolve()));
    if (faults.length > 0) throw new AggregateError(faults.splice(0), "An upstream's script failed.");
  }

  return {
    url: `${origin}/v1`,
    origin,
    requests,
    nextRequest() {
      const next = requests[given];
      if (next === undefined) return new Promise((resolve) => waiting.push(resolve));
      given++;
      return Promise.resolve(next);
    },
    connections: () => sockets.size,
    lists: () => lists,
    answer(other) {
      script = other;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** A script whose client has gone away may fail; one whose client listens must not fail unseen. */
function run(script: Script, request: UpstreamRequest, socket: Socket, faults: unknown[]) {
  Promise.resolve()
    .then(() => script(request, createReply(socket)))
    .catch((error: unknown) => {
      if (socket.destroyed) return;
      faults.push(error);
      socket.destroy();
    });
}

const noModels: Script = (_request, reply) => reply.json(404, {});

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The scripted upstream has no port.");
  return `http://127.0.0.1:${address.port}`;
}

/** One script for each request in turn; the last one goes on for all that follow. */
export function inTurn(...scripts: [Script, ...Script[]]): Script {
  return (request, reply) => (scripts[request.index] ?? scripts.at(-1))?.(request, reply);
}

/** Streams `tokens` tokens, `perSecond` of them a second (Infinity: as fast as the client reads), then ends well. */
export function load({ tokens = 100, perSecond = Infinity, text = " token" }): Script {
  return async (_request, reply) => {
    reply.open();
    const startMs = performance.now();
    let sent = 0;
    while (sent < tokens && !reply.isClosed()) {
      const owed =
        perSecond === Infinity ? 64 : Math.ceil(((performance.now() - startMs) * perSecond) / 1000);
      const until = Math.min(tokens, perSecond === Infinity ? sent + owed : Math.max(owed, sent + 1));
      let piece = "";
      for (; sent < until; sent++) piece += delta(text);
      await reply.write(piece);
      if (perSecond !== Infinity) await Bun.sleep((sent * 1000) / perSecond - (performance.now() - startMs));
    }
    await reply.write(finish("stop") + usage(1, sent) + done());
    reply.end();
  };
}

export type Gate = Promise<void> & { release(): void };

/** Holds a script where it awaits it, until the test releases it. */
export function gate(): Gate {
  const { promise, resolve } = Promise.withResolvers<void>();
  return Object.assign(promise, { release: () => resolve() });
}

/** An event of the stream with this text. */
export function delta(text: string): string {
  return chunk({ choices: [{ index: 0, delta: { content: text }, finish_reason: null }] });
}

/** `field` is one of the names that providers use: reasoning, reasoning_content, reasoning_text. */
export function thought(text: string, field = "reasoning"): string {
  return chunk({ choices: [{ index: 0, delta: { content: null, [field]: text }, finish_reason: null }] });
}

export function finish(reason: string): string {
  return chunk({ choices: [{ index: 0, delta: {}, finish_reason: reason }] });
}

/** The counts, in a chunk without choices, as OpenAI tells them. */
export function usage(tokensIn: number, tokensOut: number, more: Record<string, unknown> = {}): string {
  const counts = {
    prompt_tokens: tokensIn,
    completion_tokens: tokensOut,
    total_tokens: tokensIn + tokensOut,
  };
  return chunk({ choices: [], usage: { ...counts, ...more } });
}

export function done(): string {
  return "data: [DONE]\n\n";
}

/** A chunk with these fields beside the usual ones. */
export function chunk(fields: Record<string, unknown>): string {
  const usual = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1_700_000_000, model: "test" };
  return `data: ${JSON.stringify({ ...usual, ...fields })}\n\n`;
}

/** All events of a good reply with this text, a word each. */
export function goodReply(text: string): string[] {
  const words = text.match(/\S+\s*|\s+/g) ?? [];
  return [...words.map(delta), finish("stop"), usage(1, words.length), done()];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
