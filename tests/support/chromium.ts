/** One running Chromium: started on a pipe, reached by Bun.WebView through a socket of ours. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import type { Browser } from "./find-browser.ts";

type Params = Record<string, unknown>;
type Reply = { id?: number; result?: Params; error?: { message: string } };

export type Chromium = {
  /** A browser-wide command of the DevTools protocol. */
  call(method: string, params?: Params): Promise<Params>;
  /** A view with its first page open, whose cookies and storage are those of the context only. */
  openView(contextId: string, options: Bun.WebView.ConstructorOptions): Promise<Bun.WebView>;
  close(): Promise<void>;
  /** Resolves when it has ended, by itself too, and its folder is gone. */
  ended: Promise<void>;
};

/** Ids from here on are ours; those below are WebView's. */
const FIRST_OWN_ID = 1_000_000_000;

/**
 * WebView alone starts one browser a process with one profile and leaves the profile's folder behind. Here the
 * browser is ours: it ends when the pipe does, even if this process is killed, and each view is put into the
 * browser context asked for, by adding that to the one command by which WebView opens a page.
 */
export async function startChromium(browser: Browser, onEnd: () => void): Promise<Chromium> {
  const profileDir = await mkdtemp(join(tmpdir(), "chromium-"));
  const child = spawnOnPipe(browser, profileDir);
  const pipe = openPipe(child);
  const state = { contextId: "" };
  const bridge = serveBridge(pipe, state);
  const exited = new Promise((resolve) => child.once("exit", resolve).once("error", resolve));
  const ended = exited.then(async () => {
    onEnd();
    // What waits in a view rejects when its socket closes.
    await bridge.stop(true);
    // Its helpers may outlive a browser that crashed, and write into the folder meanwhile.
    endGroup(child);
    await rm(profileDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  });
  let opening: Promise<unknown> = Promise.resolve();

  async function openView(contextId: string, options: Bun.WebView.ConstructorOptions): Promise<Bun.WebView> {
    const before = opening;
    const opened = (async () => {
      await before;
      state.contextId = contextId;
      const url = `ws://127.0.0.1:${bridge.port}/`;
      const view = new Bun.WebView({ ...options, backend: { type: "chrome", url } });
      await view.navigate("about:blank");
      return view;
    })();
    opening = opened.catch(() => null);
    return opened;
  }

  async function close(): Promise<void> {
    pipe.call("Browser.close").catch(() => null);
    const killer = setTimeout(() => child.kill("SIGKILL"), 3000);
    await ended;
    clearTimeout(killer);
  }

  await pipe.call("Browser.getVersion").catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return { call: pipe.call, openView, close, ended };
}

function endGroup(child: ChildProcess): void {
  try {
    if (child.pid) process.kill(-child.pid, "SIGKILL");
  } catch {
    // None is left.
  }
}

function spawnOnPipe(browser: Browser, profileDir: string): ChildProcess {
  const argv = [
    "--remote-debugging-pipe",
    "--headless",
    "--no-sandbox",
    "--no-first-run",
    "--no-startup-window",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-features=Translate,OptimizationHints,MediaRouter,AutofillServerCommunication",
    // Names that no network has are this machine's, for tests that need sites apart; of others there are none.
    "--host-resolver-rules=MAP *.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    // Theirs sign their own.
    "--ignore-certificate-errors",
    // As more and more browsers do; what is framed has to get on without them.
    "--test-third-party-cookie-phaseout",
    // A frame is reached through its page.
    "--disable-site-isolation-trials",
    `--user-data-dir=${profileDir}`,
    ...browser.argv,
  ];
  const env = { ...process.env, ...browser.env, HOME: profileDir };
  return spawn(browser.path, argv, {
    env,
    stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
    detached: true,
  });
}

type Pipe = {
  call: Chromium["call"];
  send(message: string): void;
  /** Gets what is not an answer to a call of ours. */
  onMessage(listener: (message: string) => void): void;
};

function openPipe(child: ChildProcess): Pipe {
  const input = child.stdio[3] as Writable;
  const output = child.stdio[4] as Readable;
  const waiting = new Map<number, PromiseWithResolvers<Params>>();
  let nextId = FIRST_OWN_ID;
  let listener: (message: string) => void = () => {};
  let rest = "";
  let ended: Error | null = null;

  function end(error: Error): void {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  }
  function receive(message: string): void {
    const { id, result, error } = JSON.parse(message) as Reply;
    if (id === undefined || id < FIRST_OWN_ID) return listener(message);
    const caller = waiting.get(id);
    waiting.delete(id);
    if (error) caller?.reject(new Error(error.message));
    else caller?.resolve(result ?? {});
  }

  child.on("error", end);
  child.on("exit", (code, signal) => end(new Error(`Chromium has ended (${signal ?? code}).`)));
  input.on("error", end);
  output.on("error", end);
  output.setEncoding("utf8");
  output.on("data", (chunk: string) => {
    const messages = (rest + chunk).split("\0");
    rest = messages.pop() ?? "";
    messages.forEach(receive);
  });
  return {
    call(method, params = {}) {
      if (ended) return Promise.reject(ended);
      const id = nextId++;
      const answer = Promise.withResolvers<Params>();
      waiting.set(id, answer);
      input.write(`${JSON.stringify({ id, method, params })}\0`);
      return answer.promise;
    },
    send: (message) => void input.write(`${message}\0`),
    onMessage(next) {
      listener = next;
    },
  };
}

/** The socket that WebView connects to; frames pass as they are but for `Target.createTarget`. */
function serveBridge(pipe: Pipe, state: { contextId: string }): Bun.Server<undefined> {
  return Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request, server) => (server.upgrade(request) ? undefined : new Response(null, { status: 426 })),
    websocket: {
      maxPayloadLength: 64 * 1024 * 1024,
      backpressureLimit: 256 * 1024 * 1024,
      idleTimeout: 0,
      open: (socket) => pipe.onMessage((message) => void socket.send(message)),
      close: () => pipe.onMessage(() => {}),
      message: (_socket, frame) => pipe.send(inContext(String(frame), state.contextId)),
    },
  });
}

function inContext(message: string, browserContextId: string): string {
  if (!message.includes('"Target.createTarget"')) return message;
  const command = JSON.parse(message) as { method: string; params: Params };
  if (command.method !== "Target.createTarget") return message;
  return JSON.stringify({ ...command, params: { ...command.params, browserContextId } });
}
