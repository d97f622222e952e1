/** Ways to make a streaming call over TLS; each is read as src/inference/call.ts reads: by `read`, a promise at a time. */
import http2 from "node:http2";
import https from "node:https";
import type { Readable } from "node:stream";

export type Bytes = { read(): Promise<{ done: boolean; value?: Uint8Array | undefined }> };

export type Call = (url: string, body: string, ca: string) => Promise<{ status: number; bytes: Bytes }>;

export const ways: Record<string, Call> = {
  fetch: (url, body, ca) => callFetch(url, { method: "POST", body, headers, tls: { ca } }),
  "fetch, HTTP/2": (url, body, ca) => {
    return callFetch(url, { method: "POST", body, headers, tls: { ca }, protocol: "http2" });
  },
  "node:https": callHttps,
  "node:http2": callHttp2,
};

async function callFetch(
  url: string,
  options: BunFetchRequestInit & { protocol?: "http2" },
): ReturnType<Call> {
  const { status, body } = await fetch(url, options);
  if (body === null) throw new Error("the answer has no body");
  return { status, bytes: body.getReader() };
}

const headers = { "content-type": "application/json", accept: "text/event-stream" };
const agents = new Map<string, https.Agent>();

function callHttps(url: string, body: string, ca: string): ReturnType<Call> {
  const agent = agents.get(ca) ?? new https.Agent({ keepAlive: true, ca });
  agents.set(ca, agent);
  const length = { "content-length": Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const request = https.request(url, { method: "POST", agent, ca, headers: { ...headers, ...length } });
    request.on("response", (answer) => resolve({ status: answer.statusCode ?? 0, bytes: bytesOf(answer) }));
    request.on("error", reject);
    request.end(body);
  });
}

/** As many on a session as servers usually let; a session that is lost is not looked after, for this only measures. */
const streamsMax = 100;
const sessions: { session: http2.ClientHttp2Session; streams: number }[] = [];

function callHttp2(url: string, body: string, ca: string): ReturnType<Call> {
  const { origin, pathname } = new URL(url);
  let place = sessions.find(({ streams }) => streams < streamsMax);
  if (place === undefined) {
    place = { session: http2.connect(origin, { ca }), streams: 0 };
    sessions.push(place);
  }
  place.streams += 1;
  const stream = place.session.request({ ":method": "POST", ":path": pathname, ...headers });
  return new Promise((resolve, reject) => {
    stream.on("response", (head) => resolve({ status: Number(head[":status"]), bytes: bytesOf(stream) }));
    stream.on("error", reject);
    stream.end(body);
  });
}

/** What has come waits to be read; past so much of it, the sender has to wait. */
function bytesOf(from: Readable): Bytes {
  const come: Uint8Array[] = [];
  let isOver = false;
  let fault: unknown = null;
  let wake = () => {};
  from.on("data", (bytes: Uint8Array) => {
    come.push(bytes);
    if (come.length > 16) from.pause();
    wake();
  });
  from.on("end", () => {
    isOver = true;
    wake();
  });
  from.on("error", (error) => {
    fault = error;
    wake();
  });
  return {
    async read() {
      for (;;) {
        const value = come.shift();
        if (value !== undefined) {
          if (come.length === 0 && from.isPaused()) from.resume();
          return { done: false, value };
        }
        if (fault !== null) throw fault;
        if (isOver) return { done: true };
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
