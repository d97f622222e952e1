/** Lists of models from scripted endpoints: asked for in the background, kept, and never in anybody's way. */
import { expect, test } from "bun:test";
import { createCatalogue, type Catalogue, type Kept } from "../../src/inference/catalogue/catalogue.ts";
import { createLog } from "../../src/log.ts";
import { startApp, upstreamEnv } from "../support/app.ts";
import { gate, startUpstream, type Script } from "../support/upstream.ts";

const list = (...ids: string[]) => ({ data: ids.map((id) => ({ id })) });
const answering = (...ids: string[]): Script => {
  return (_, reply) => reply.json(200, list(...ids));
};

const limits = {
  catalogueWaitMs: 2000,
  catalogueBytesMax: 100_000,
  catalogueModels: 100,
  catalogueOffers: 4,
  catalogueFreshMs: 60_000,
};

/** Time is ours; `heard` wants the list until the endpoint has answered, or been given up on, once more. */
function start(baseUrl: string, kept: Kept = createKept(), key: string | null = null) {
  const time = { ms: 1_000_000 };
  const logged: string[] = [];
  const log = createLog({
    level: "debug",
    format: "json",
    secrets: [],
    write: (line) => void logged.push(line),
  });
  const stop = new AbortController();
  const endpoints = [{ name: "box", baseUrl, key }];
  const parts = { endpoints, kept, now: () => time.ms, log, limits, signal: stop.signal };
  const catalogue = createCatalogue(parts);
  const heard = async () => {
    for (const before = logged.length; logged.length === before; await Bun.sleep(1)) catalogue.want();
  };
  return { catalogue, time, logged, heard, [Symbol.dispose]: () => stop.abort() };
}

function createKept(): Kept & { rows: Map<string, { models: unknown; fetchedMs: number }> } {
  const rows = new Map<string, { models: unknown; fetchedMs: number }>();
  return {
    rows,
    read: async (endpoint, source) => rows.get(`${endpoint} ${source}`) ?? null,
    write: async ({ endpoint, source, ...row }) => void rows.set(`${endpoint} ${source}`, row),
  };
}

async function known(catalogue: Catalogue) {
  const [first] = await catalogue.lists();
  return { ids: first?.models.map(({ id }) => id), fetchedMs: first?.fetchedMs, fault: first?.fault };
}

test("a list is asked for once it is wanted, with its endpoint's key, and kept", async () => {
  await using upstream = await startUpstream(() => {}, {
    models: (request, reply) => {
      expect(request.headers["authorization"]).toBe("Bearer key-of-box");
      reply.json(200, list("a", "b"));
    },
  });
  const kept = createKept();
  using first = start(upstream.url, kept, "key-of-box");
  expect(upstream.lists()).toBe(0);
  expect(await known(first.catalogue)).toEqual({ ids: [], fetchedMs: null, fault: null });
  await first.heard();
  expect(await known(first.catalogue)).toEqual({ ids: ["a", "b"], fetchedMs: 1_000_000, fault: null });
  expect(first.catalogue.find({ endpoint: "box", id: "a:fastest" })?.id).toBe("a");
  expect(first.catalogue.find({ endpoint: "other", id: "a" })).toBeNull();
  using second = start(upstream.url, kept);
  expect((await known(second.catalogue)).ids).toEqual(["a", "b"]);
  expect(upstream.lists()).toBe(1);
});

test("another server under the same name does not get the list of the one before", async () => {
  await using one = await startUpstream(() => {}, { models: answering("a") });
  await using other = await startUpstream(() => {});
  const kept = createKept();
  using first = start(one.url, kept);
  await first.heard();
  using second = start(other.url, kept);
  expect((await known(second.catalogue)).ids).toEqual([]);
});

test("an endpoint that does not answer holds up nobody", async () => {
  const held = gate();
  await using upstream = await startUpstream(() => {}, {
    models: async (_, reply) => {
      await held;
      reply.json(200, list("late"));
    },
  });
  using one = start(upstream.url);
  for (let n = 0; n < 5; n++) expect((await known(one.catalogue)).ids).toEqual([]);
  held.release();
  await one.heard();
  expect((await known(one.catalogue)).ids).toEqual(["late"]);
  expect(upstream.lists()).toBe(1);
});

const failures: [string, Script, RegExp][] = [
  ["answers 500", (_, reply) => reply.json(500, {}), /answered 500/],
  ["answers a page", (_, reply) => reply.send(200, "text/html", "<p>canary"), /not valid JSON/],
  ["answers something else", (_, reply) => reply.json(200, { canary: 1 }), /not a list of models/],
  ["answers too much", (_, reply) => reply.json(200, "x".repeat(100_001)), /too long/],
  ["breaks the connection", (_, reply) => reply.reset(), /connection/],
  ["redirects", (_, reply) => reply.redirect("http://127.0.0.1:9/canary"), /not followed/],
];
for (const [behaviour, models, words] of failures) {
  test(`the last good list is kept where the endpoint ${behaviour}, and why is said`, async () => {
    let script = answering("good");
    await using upstream = await startUpstream(() => {}, { models: (...given) => script(...given) });
    using one = start(upstream.url);
    await one.heard();
    script = models;
    one.time.ms += limits.catalogueFreshMs;
    await one.heard();
    const { ids, fault } = await known(one.catalogue);
    expect(ids).toEqual(["good"]);
    expect(fault).toMatch(words);
    expect(one.logged.join()).not.toContain("canary");
  });
}

test("an endpoint that fails is asked again after ever longer waits", async () => {
  await using upstream = await startUpstream(() => {}, { models: (_, reply) => reply.json(503, {}) });
  using one = start(upstream.url);
  for (const waitMs of [5000, 10_000, 20_000, 40_000, 60_000, 60_000]) {
    await one.heard();
    const asked = upstream.lists();
    one.time.ms += waitMs - 1;
    for (let n = 0; n < 10; n++) {
      await one.catalogue.lists();
      await Bun.sleep(1);
    }
    expect(upstream.lists()).toBe(asked);
    one.time.ms += 1;
  }
});

test("pages want it: once for many, not at the start, and it lives on in the file", async () => {
  await using upstream = await startUpstream(() => {}, { models: answering("test-model") });
  await using app = await startApp({ env: upstreamEnv(upstream) });
  expect(upstream.lists()).toBe(0);
  await Promise.all(Array.from({ length: 10 }, () => fetch(app.url)));
  while (!app.logged.some((line) => line.includes("catalogue.refreshed"))) await Bun.sleep(1);
  await fetch(app.url);
  expect(upstream.lists()).toBe(1);
});
