/** Replies of a real server over real connections, from the request's bytes to the closing of its socket. */
import { describe, expect, test } from "bun:test";
import { createClient, hear, question, seeded } from "../support/upstream-client.ts";
import { contentOf, hasTapes, replyTapes, streamFixtures } from "../support/upstream-tapes.ts";
import {
  chunk,
  delta,
  done,
  finish,
  gate,
  goodReply,
  inTurn,
  load,
  startUpstream,
  thought,
  usage,
} from "../support/upstream.ts";

describe("the reply", () => {
  test.each(streamFixtures().map((fixture) => [fixture.name, fixture] as const))(
    "%s",
    async (_name, fixture) => {
      await using upstream = await startUpstream((_, reply) => {
        if (fixture.contentType.startsWith("text/event-stream")) return reply.stream([fixture.body]);
        reply.send(200, fixture.contentType, fixture.body);
      });
      const {
        text,
        reasoning,
        finish: reason,
        usage: counts,
        error,
      } = await hear(createClient(upstream.url).provider);
      expect(error).toBeNull();
      expect({ text, reasoning, finish: reason, usage: counts }).toEqual(fixture.expect);
    },
  );

  test("is the same however the network cuts it (U1)", async () => {
    const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);
    console.log(`upstream cuts: SEED=${seed}`);
    const random = seeded(seed);
    const own = streamFixtures()
      .filter((fixture) => fixture.contentType.startsWith("text/event-stream"))
      .map((fixture) => ({ body: fixture.body, said: fixture.expect.reasoning + fixture.expect.text }));
    const recorded = replyTapes()
      .filter(([name, tape]) => name.includes("-stream-") && tape.body.length < 8_000)
      .map(([, tape]) => ({ body: tape.body, said: contentOf(tape) }));
    const bodies = [...own, ...recorded];
    if (!hasTapes) console.warn("Cut without recorded traffic: there is none at hand.");
    await using upstream = await startUpstream(async (request, reply) => {
      const bytes = Buffer.from(bodies[request.index % bodies.length]?.body ?? "");
      reply.open();
      for (let at = 0; at < bytes.length;) {
        const length = 1 + Math.floor(random() ** 3 * 400);
        await reply.write(bytes.subarray(at, at + length));
        // Lets the piece go out alone.
        await new Promise(setImmediate);
        at += length;
      }
      reply.end();
    });
    const { provider } = createClient(upstream.url);
    for (let round = 0; round < 80; round++) {
      const told = await hear(provider);
      expect(told.error).toBeNull();
      expect(told.reasoning + told.text).toBe(bodies[round % bodies.length]?.said ?? "none");
    }
  });

  test("comes as it is sent, not when it is over", async () => {
    const held = gate();
    await using upstream = await startUpstream((_, reply) =>
      reply.stream([thought("hm"), delta("a"), held, delta("b"), finish("stop"), done()]),
    );
    const told = await hear(createClient(upstream.url).provider, {
      // The server goes on only once the first text is here.
      onEvent: (event) => event.type === "text" && held.release(),
    });
    expect(told).toMatchObject({ text: "ab", reasoning: "hm", finish: "stop", error: null });
  });

  test("ends at [DONE] although the connection stays open (U7)", async () => {
    const never = gate();
    await using upstream = await startUpstream((_, reply) => reply.stream([...goodReply("Because."), never]));
    const told = await hear(createClient(upstream.url).provider);
    expect(told).toMatchObject({ text: "Because.", finish: "stop", usage: [1, 1], error: null });
    const startMs = performance.now();
    await (
      await upstream.nextRequest()
    ).closed;
    expect(performance.now() - startMs).toBeLessThan(1_000);
  });

  test("is whole after its finish, though nothing ends it", async () => {
    const never = gate();
    for (const after of [[never], [usage(3, 1), never]]) {
      await using upstream = await startUpstream((_, reply) =>
        reply.stream([delta("a"), finish("stop"), ...after]),
      );
      const told = await hear(
        createClient(upstream.url, { limits: { firstByteMs: 5_000, idleMs: 200, replyBytesMax: 1_000 } })
          .provider,
      );
      expect(told).toMatchObject({ text: "a", finish: "stop", error: null });
    }
  });

  test("is whole after its finish, though the connection breaks", async () => {
    const heard = gate();
    await using upstream = await startUpstream(async (_, reply) => {
      reply.open();
      await reply.write(delta("a") + finish("stop"));
      await heard;
      reply.reset();
    });
    const told = await hear(createClient(upstream.url).provider, {
      onEvent: (event) => event.type === "finish" && heard.release(),
    });
    expect(told).toMatchObject({ text: "a", finish: "stop", error: null });
  });

  test("without a finish reason has no finish, and is no error (U4)", async () => {
    await using upstream = await startUpstream((_, reply) => reply.stream([delta("half"), done()]));
    const { provider, lines } = createClient(upstream.url);
    expect(await hear(provider)).toMatchObject({ text: "half", finish: null, error: null });
    expect(lines[0]?.fields).toMatchObject({ outcome: "interrupted" });
  });

  test("names the provider that the router chose", async () => {
    await using upstream = await startUpstream((_, reply) =>
      reply.stream(goodReply("a"), { "x-inference-provider": "acme" }),
    );
    const told = await hear(createClient(upstream.url).provider);
    expect(told.events).toContainEqual({ type: "provider", name: "acme" });
  });

  test("leaves its connection for the next request", async () => {
    await using upstream = await startUpstream((_, reply) => reply.stream(goodReply("a b c")));
    const { provider } = createClient(upstream.url);
    for (let turn = 0; turn < 3; turn++) {
      await hear(provider);
      expect(upstream.connections()).toBe(1);
    }
    expect(upstream.requests[0]?.isClosed()).toBeFalse();
  });
});

describe("a stop", () => {
  test("reaches the server within a second, in the middle of a reply (Inv 5)", async () => {
    await using upstream = await startUpstream((_, reply) => reply.stream([delta("a"), gate()]));
    const controller = new AbortController();
    const reason = new Error("stopped");
    const told = await hear(createClient(upstream.url).provider, {
      signal: controller.signal,
      onEvent: (event) => event.type === "text" && controller.abort(reason),
    });
    const startMs = performance.now();
    expect(told).toMatchObject({ text: "a", error: reason });
    await (
      await upstream.nextRequest()
    ).closed;
    expect(performance.now() - startMs).toBeLessThan(1_000);
  });

  test("reaches the server before it has answered", async () => {
    await using upstream = await startUpstream(() => {});
    const controller = new AbortController();
    const reason = new Error("stopped");
    const heard = hear(createClient(upstream.url).provider, { signal: controller.signal });
    const request = await upstream.nextRequest();
    controller.abort(reason);
    expect((await heard).error).toBe(reason);
    await request.closed;
    expect(upstream.requests).toHaveLength(1);
  });

  test("of a reader that leaves early closes the connection too", async () => {
    await using upstream = await startUpstream((_, reply) => reply.stream([delta("a"), gate()]));
    const { provider, lines } = createClient(upstream.url);
    for await (const event of provider.stream(question, new AbortController().signal)) {
      if (event.type === "text") break;
    }
    await (
      await upstream.nextRequest()
    ).closed;
    expect(lines[0]?.fields).toMatchObject({ outcome: "stopped" });
  });

  test("before the start sends nothing", async () => {
    await using upstream = await startUpstream((_, reply) => reply.stream(goodReply("a")));
    const told = await hear(createClient(upstream.url).provider, {
      signal: AbortSignal.abort(new Error("early")),
    });
    expect(told.error).toEqual(new Error("early"));
    expect(upstream.requests).toHaveLength(0);
  });
});

test("each call leaves one line in the log, without words or secrets (I4)", async () => {
  const token = "hf_canary0123456789";
  await using upstream = await startUpstream(
    inTurn(
      (_, reply) => reply.json(503, { error: `no room for ${token}` }, { "x-inference-provider": "first" }),
      (_, reply) =>
        reply.stream([delta("canary-reply"), finish("stop"), usage(7, 8, { cost: 0.01 }), done()], {
          "x-inference-provider": "second",
        }),
    ),
  );
  const { provider, lines } = createClient(upstream.url, { token });
  const request = { ...question, messages: [{ role: "user" as const, content: "canary-prompt" }] };
  expect(await hear(provider, { request })).toMatchObject({ error: null });
  expect(lines.map((line) => line.event)).toEqual(["upstream.call", "upstream.call"]);
  expect(lines[0]?.fields).toEqual({
    endpoint: "local",
    model: "acme/small",
    call: 1,
    provider: "first",
    status: 503,
    firstTokenMs: null,
    durationMs: expect.any(Number),
    tokensIn: null,
    tokensOut: null,
    costUsd: null,
    outcome: "provider_down",
  });
  expect(lines[1]?.fields).toEqual({
    endpoint: "local",
    model: "acme/small",
    call: 2,
    provider: "second",
    status: 200,
    firstTokenMs: expect.any(Number),
    durationMs: expect.any(Number),
    tokensIn: 7,
    tokensOut: 8,
    costUsd: 0.01,
    outcome: "complete",
  });
  expect(JSON.stringify(lines)).not.toContain("canary");
});

test("a paced load arrives whole", async () => {
  await using upstream = await startUpstream(load({ tokens: 200, perSecond: 2_000 }));
  const told = await hear(createClient(upstream.url).provider);
  expect(told).toMatchObject({ text: " token".repeat(200), finish: "stop", usage: [1, 200] });
});

test("chunks of unknown kinds are passed over", async () => {
  await using upstream = await startUpstream((_, reply) =>
    reply.stream([chunk({ choices: [], x: { y: 1 } }), delta("a"), finish("stop"), done()]),
  );
  expect(await hear(createClient(upstream.url).provider)).toMatchObject({ text: "a", error: null });
});
