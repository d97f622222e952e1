/** What probes and Prometheus are told, and who is told. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { start } from "../../src/app.ts";
import { createLive } from "../../src/live.ts";
import { createLog } from "../../src/log.ts";
import { answerMetrics } from "../../src/server/probes/answer.ts";
import { createMetrics } from "../../src/server/probes/metrics.ts";
import { startApp, upstreamEnv, type TestApp } from "../support/app.ts";
import { readMetrics } from "../support/prometheus.ts";
import { openTab } from "../support/tab.ts";
import {
  delta,
  done,
  finish,
  gate,
  inTurn,
  startUpstream,
  usage,
  type Upstream,
} from "../support/upstream.ts";

let upstream: Upstream;
let app: TestApp;

beforeAll(async () => {
  upstream = await startUpstream(() => {});
  app = await startApp({ env: upstreamEnv(upstream) });
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await upstream.stop();
});

/** The value of a sample, by its name and labels as they are written. */
async function metrics(url = app.url): Promise<(sample: string) => number> {
  const response = await fetch(`${url}/metrics`);
  expect([response.status, response.headers.get("content-type")]).toEqual([
    200,
    "text/plain; version=0.0.4; charset=utf-8",
  ]);
  const families = readMetrics(await response.text());
  return (sample) => {
    const name = sample.replace(/\{.*/, "");
    const family = families.get(name) ?? families.get(name.replace(/_(bucket|sum|count)$/, ""));
    const value = family?.samples.get(sample);
    if (value === undefined) throw new Error(`there is no ${sample}`);
    return value;
  };
}

test("before anything has happened every metric is there, at nothing", async () => {
  await using idle = await startApp();
  const read = await metrics(idle.url);
  const nothing = [
    "banter_sockets",
    "banter_queue",
    `banter_generations{state="running"}`,
    `banter_generations{state="ending"}`,
    `banter_generations_total{state="complete"}`,
    `banter_tokens_total{direction="out"}`,
    `banter_errors_total{kind="provider_down"}`,
    `banter_upstream_first_token_seconds_count{endpoint="demo"}`,
    `banter_upstream_duration_seconds_sum{endpoint="demo"}`,
    "banter_flush_delay_seconds_count",
  ];
  expect(nothing.map(read)).toEqual(nothing.map(() => 0));
  expect(read("process_resident_memory_bytes")).toBeGreaterThan(10e6);
  expect(Math.abs(read("process_start_time_seconds") * 1000 - Date.now())).toBeLessThan(60_000);
});

test("replies are counted by how they end, with their tokens, errors and times", async () => {
  const [held, shown] = [gate(), gate()];
  upstream.answer(
    inTurn(
      (_, reply) =>
        reply.stream([delta("Hel"), held, delta("lo"), shown, finish("stop"), usage(5, 2), done()]),
      (_, reply) => reply.json(401, { error: "Invalid token" }),
      (_, reply) => reply.stream([delta("half")]),
    ),
  );
  const tab = await openTab(app.url);
  const first = await tab.send("Hi");
  await tab.until(() => tab.body().includes("Hel"));
  const during = await metrics();
  expect(during("banter_sockets")).toBe(1);
  expect(during(`banter_generations{state="running"}`)).toBe(1);
  held.release();
  await tab.until(() => tab.body().includes("Hello"));
  shown.release();
  await tab.ended();
  for (let count = 1, parent = first; count < 3; count += 1) {
    const seen = tab.steps.length;
    parent = await tab.send("More", parent);
    await tab.until(() =>
      tab.steps.slice(seen).some((step) => step[0] === "replace" && step[1].startsWith("foot-")),
    );
  }
  const after = await metrics();
  expect(after(`banter_generations{state="running"}`)).toBe(0);
  const totals = ["complete", "failed", "interrupted", "stopped"];
  expect(totals.map((state) => after(`banter_generations_total{state="${state}"}`))).toEqual([1, 1, 1, 0]);
  expect(["in", "out"].map((way) => after(`banter_tokens_total{direction="${way}"}`))).toEqual([5, 2]);
  expect(after(`banter_errors_total{kind="token_invalid"}`)).toBe(1);
  expect(after(`banter_upstream_first_token_seconds_count{endpoint="local"}`)).toBe(2);
  expect(after(`banter_upstream_duration_seconds_count{endpoint="local"}`)).toBe(3);
  expect(after("banter_flush_delay_seconds_count")).toBeGreaterThan(0);
  tab.drop();
});

test("no name that people or providers choose is in it", async () => {
  const text = await (await fetch(`${app.url}/metrics`)).text();
  expect(text).not.toContain("test-model");
  const keys = new Set([...text.matchAll(/[{,](\w+)="/g)].map(([, key]) => key));
  expect([...keys].toSorted()).toEqual([
    "bun",
    "commit",
    "direction",
    "directive",
    "endpoint",
    "kind",
    "le",
    "state",
    "version",
  ]);
});

test("a stall of the event loop is seen", async () => {
  const late = (read: (sample: string) => number) =>
    read("banter_event_loop_delay_seconds_count") - read(`banter_event_loop_delay_seconds_bucket{le="0.1"}`);
  const before = late(await metrics());
  Bun.sleepSync(400);
  let after = before;
  // Each look is a turn of the loop; without the stall none of them would ever see it.
  while (after === before) after = late(await metrics());
  expect(after).toBeGreaterThan(before);
});

test("counters go on over a hot reload, and nothing is counted twice [K9]", async () => {
  const own = await startUpstream((_, reply) =>
    reply.stream([delta("a"), finish("stop"), usage(1, 1), done()]),
  );
  await using again = await startApp({ env: upstreamEnv(own) });
  const say = async () => {
    const tab = await openTab(again.url);
    await tab.send("Hi");
    await tab.ended();
    tab.drop();
  };
  await say();
  const log = createLog({ level: "error", format: "json", write: () => {} });
  await start({ config: again.config, log, live: again.live });
  await say();
  expect((await metrics(again.url))(`banter_generations_total{state="complete"}`)).toBe(2);
  await own.stop();
});

test("a load that is let go leaves no timer and no listener behind", () => {
  const timers = new Set<() => void>();
  const listeners = new Set<unknown>();
  const metrics = createMetrics({
    bus: {
      publish: () => {},
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    clock: {
      now: Date.now,
      after(_, callback) {
        timers.add(callback);
        return () => timers.delete(callback);
      },
    },
    live: createLive(),
    build: { version: "0", commit: "0", bun: "0" },
    endpoints: ["demo"],
  });
  expect([timers.size, listeners.size]).toEqual([1, 1]);
  metrics.close();
  expect([timers.size, listeners.size]).toEqual([0, 0]);
});

test("only programs on this machine are told, by this machine's names and not through a proxy", () => {
  const ask = (peer: string | null, headers: Record<string, string> = {}) => {
    const request = new Request("http://localhost:8000/metrics", {
      headers: { Host: "localhost:8000", ...headers },
    });
    return answerMetrics(() => "told", request, peer).status;
  };
  for (const peer of ["127.0.0.1", "127.0.0.53", "::1", "::ffff:127.0.0.1"]) expect(ask(peer)).toBe(200);
  for (const host of ["127.0.0.1:8000", "[::1]:8000", "LOCALHOST"])
    expect(ask("::1", { Host: host })).toBe(200);
  for (const peer of ["10.0.0.7", "::ffff:10.0.0.7", "fe80::1", null]) expect(ask(peer)).toBe(403);
  for (const host of ["chat.example.org", "evil.example:8000", ""])
    expect(ask("::1", { Host: host })).toBe(403);
  for (const name of ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"]) {
    expect(ask("127.0.0.1", { [name]: "10.0.0.7" })).toBe(403);
  }
});

test("a server that is open to the network tells them to none but this machine", async () => {
  await using open = await startApp({ env: { HOST: "0.0.0.0", ANONYMOUS: "yes" } });
  expect((await fetch(`${open.url}/metrics`)).status).toBe(200);
  const proxied = await fetch(`${open.url}/metrics`, { headers: { "X-Forwarded-For": "10.0.0.7" } });
  expect([proxied.status, await proxied.text()]).toEqual([
    403,
    "Metrics are told to programs on this machine only.\n",
  ]);
});

test("it is ready until it drains, and healthy for longer; probes may come by any name", async () => {
  const held = gate();
  const own = await startUpstream((_, reply) => reply.stream([delta("a"), held, finish("stop"), done()]));
  const going = await startApp({ env: upstreamEnv(own), limits: { shutdownMs: 5000 } });
  const statuses = async () => {
    const ask = (path: string) => fetch(`${going.url}${path}`, { headers: { Host: "10.0.0.7" } });
    const [ready, healthy] = await Promise.all([ask("/readyz"), ask("/healthz")]);
    return [ready.status, await ready.json(), healthy.status];
  };
  expect(await statuses()).toEqual([200, { status: "ready" }, 200]);
  const tab = await openTab(going.url);
  await tab.send("Hi");
  await tab.until(() => tab.body() !== "");
  const stopped = going.stop();
  expect(await statuses()).toEqual([503, { status: "draining" }, 200]);
  held.release();
  await stopped;
  await own.stop();
  await going[Symbol.asyncDispose]();
});

test("without its store it is not ready", async () => {
  await using broken = await startApp();
  const { file } = broken.live;
  if (file !== null) file.isClosed = true;
  const response = await fetch(`${broken.url}/readyz`);
  expect([response.status, await response.json()]).toEqual([503, { status: "no store" }]);
  if (file !== null) file.isClosed = false;
});
