/** A proxy between browser and server that does what bad networks and bad proxies do. */
import { createServer, type Socket } from "node:net";
import { randomOf } from "../../support/random.ts";
import { exchange } from "./exchange.ts";
import { createLine, type Cut, type Line } from "./line.ts";
import type { Pace } from "./pace.ts";

export type ProxyOptions = {
  /** The server's URL; may be told late, for the server wants to know the proxy's first. */
  target(): string;
  /** Passes requests on one by one, without their upgrades, and perhaps answers only when they are whole. */
  exchanges?: { keepsAnswers: boolean };
  seed?: number;
  /** Asked for each new WebSocket; the number counts them from 0. */
  cutOf?: (socket: number) => Cut | null;
};

export type Proxy = AsyncDisposable & {
  /** `http://localhost:PORT`. */
  url: string;
  /** May be changed at any time, for what comes then. */
  pace: Pace;
  /** Connections are refused. */
  isDown: boolean;
  /** The address that the server sees new lines come from; any that begins with 127. */
  from: string;
  lines: Set<Line>;
  /** WebSockets asked for, and those that were cut as planned. */
  sockets: number;
  cuts: { up: number; down: number };
  /** Each as `GET /path`, where requests are passed on one by one. */
  requests: string[];
};

export async function startProxy(options: ProxyOptions): Promise<Proxy> {
  const { below } = randomOf(options.seed ?? 1);
  const clients = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (proxy.isDown) return void client.destroy();
    clients.add(client);
    client.on("close", () => clients.delete(client));
    const port = Number(new URL(options.target()).port);
    if (options.exchanges) {
      const asked = (head: { method: string; path: string; headers: Record<string, string> }) => {
        proxy.requests.push(`${head.method} ${head.path.split("?", 1)[0]}`);
        if (head.headers["upgrade"] !== undefined) proxy.sockets += 1;
      };
      return exchange(client, { port, asked, ...options.exchanges });
    }
    const line = createLine(client, {
      port,
      from: proxy.from,
      pace: () => proxy.pace,
      random: () => below(1e6) / 1e6,
      cutOf() {
        proxy.sockets += 1;
        return options.cutOf?.(proxy.sockets - 1) ?? null;
      },
      ended(one, cut) {
        proxy.lines.delete(one);
        if (cut === "up" || cut === "down") proxy.cuts[cut] += 1;
      },
    });
    proxy.lines.add(line);
  });
  const proxy: Proxy = {
    url: `http://localhost:${await listen(server)}`,
    pace: { latencyMs: 0, jitterMs: 0, bytesPerSecond: Infinity },
    isDown: false,
    from: "127.0.0.1",
    lines: new Set(),
    sockets: 0,
    cuts: { up: 0, down: 0 },
    requests: [],
    async [Symbol.asyncDispose]() {
      for (const line of proxy.lines) line.cut("end");
      for (const client of clients) client.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}

async function listen(server: ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The proxy has no port.");
  return address.port;
}
