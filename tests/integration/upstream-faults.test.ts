/** Upstreams that fail in each way we know of: one failure, in bounded time and bounded calls. */
import { describe, expect, test } from "bun:test";
import type { FailureKind } from "../../src/domain.ts";
import { UpstreamError } from "../../src/inference/provider.ts";
import { createClient, hear, type Told } from "../support/upstream-client.ts";
import { errorFixtures } from "../support/upstream-tapes.ts";
import {
  chunk,
  delta,
  finish,
  gate,
  goodReply,
  inTurn,
  type Script,
  startUpstream,
} from "../support/upstream.ts";

const limits = { firstByteMs: 10_000, idleMs: 10_000, replyBytesMax: 100_000 };

async function meet(script: Script, more: Partial<typeof limits> = {}) {
  await using upstream = await startUpstream(script);
  const { provider, pausesMs } = createClient(upstream.url, { limits: { ...limits, ...more } });
  const told = await hear(provider);
  return { told, pausesMs, calls: upstream.requests.length };
}

function failureOf(told: Told) {
  if (!(told.error instanceof UpstreamError)) throw new Error(`No failure but ${String(told.error)}.`);
  return told.error.failure;
}

describe("each row of the error table over HTTP (U2)", () => {
  test.each(errorFixtures().map((row) => [row.status, row.kind, row.detail, row] as const))(
    "%d is %s: %s",
    async (_status, _kind, _detail, row) => {
      const retryAfter = row.retryAfter === undefined ? {} : { "retry-after": row.retryAfter };
      const { told, calls } = await meet((_, reply) =>
        reply.send(row.status, row.contentType, row.body, { ...retryAfter, "x-inference-provider": "acme" }),
      );
      expect(failureOf(told)).toEqual({
        kind: row.kind as FailureKind,
        status: row.status,
        detail: row.detail,
        provider: "acme",
        retryAfterMs: row.retryAfterMs ?? null,
      });
      expect(calls).toBe(row.kind === "provider_down" ? 3 : 1);
    },
  );
});

test("503 for ever is three calls (U5)", async () => {
  const { told, calls, pausesMs } = await meet((_, reply) => reply.json(503, { error: "busy" }));
  expect(failureOf(told)).toMatchObject({ kind: "provider_down", status: 503, detail: "busy" });
  expect(calls).toBe(3);
  expect(told.events.map((event) => event.type === "call" && event.count)).toEqual([1, 2, 3]);
  expect(pausesMs).toEqual([450, 900]);
});

test("a short Retry-After is kept to, then the reply comes", async () => {
  const { told, pausesMs } = await meet(
    inTurn(
      (_, reply) => reply.json(429, { error: "slow down" }, { "retry-after": "2" }),
      (_, reply) => reply.stream(goodReply("ok")),
    ),
  );
  expect(told).toMatchObject({ text: "ok", error: null });
  expect(pausesMs).toEqual([2_000]);
});

test("a redirect is not followed, and the token not sent on (U10)", async () => {
  await using elsewhere = await startUpstream((_, reply) => reply.stream(goodReply("stolen")));
  await using upstream = await startUpstream((request, reply) => {
    reply.redirect(`${elsewhere.url}/chat/completions`, [301, 302, 303, 307, 308][request.index]);
  });
  for (let status = 0; status < 5; status++) {
    const told = await hear(createClient(upstream.url, { token: "hf_0123456789" }).provider);
    expect(failureOf(told)).toMatchObject({
      kind: "provider_down",
      detail: expect.stringContaining("redirects"),
    });
  }
  expect(upstream.requests).toHaveLength(5);
  expect(elsewhere.connections() + elsewhere.requests.length).toBe(0);
});

describe("no answer", () => {
  test("a refused connection (U6)", async () => {
    const gone = await startUpstream(() => {});
    await gone.stop();
    const told = await hear(createClient(gone.url).provider);
    expect(failureOf(told)).toMatchObject({
      kind: "provider_down",
      status: 0,
      detail: "The connection was refused.",
    });
    expect(told.events).toHaveLength(3);
  });

  test("a name that is not there (U6)", async () => {
    const told = await hear(createClient("http://nowhere.invalid/v1").provider);
    expect(failureOf(told)).toMatchObject({ kind: "provider_down", detail: "The host name was not found." });
  });

  test("a server without TLS where TLS is wanted (U6)", async () => {
    await using upstream = await startUpstream(() => {});
    const told = await hear(createClient(upstream.url.replace("http:", "https:")).provider);
    expect(failureOf(told)).toMatchObject({
      kind: "provider_down",
      detail: "No secure connection could be made.",
    });
  });

  test("silence is given up on (U3)", async () => {
    const { told, calls } = await meet(() => {}, { firstByteMs: 60 });
    expect(failureOf(told)).toMatchObject({ kind: "provider_down", detail: "No answer came in time." });
    expect(calls).toBe(3);
  });

  test("a head without a body is given up on too", async () => {
    const { told } = await meet((_, reply) => reply.open(), { firstByteMs: 60 });
    expect(failureOf(told)).toMatchObject({ kind: "provider_down", detail: "No answer came in time." });
  });

  test("a reset before the first word is tried again (U6)", async () => {
    const { told, calls } = await meet(
      inTurn(
        (_, reply) => reply.reset(),
        async (_, reply) => {
          reply.open();
          await reply.write(": hello\n\n");
          reply.hangUp();
        },
        (_, reply) => reply.stream(goodReply("third")),
      ),
    );
    expect(told).toMatchObject({ text: "third", error: null });
    expect(calls).toBe(3);
  });

  test("a whole call has an end, however busy it is", async () => {
    await using upstream = await startUpstream(async (_, reply) => {
      reply.open();
      while (!reply.isClosed()) {
        await reply.write(": ping\n\n");
        await Bun.sleep(5);
      }
    });
    const { provider } = createClient(upstream.url, { limits: { ...limits, callMs: 80, callsMax: 1 } });
    expect(failureOf(await hear(provider))).toMatchObject({ detail: "The reply took too long." });
  });
});

describe("a reply that breaks", () => {
  test("by a broken connection keeps its text and is not asked again (U6)", async () => {
    for (const how of ["reset", "hangUp"] as const) {
      const heard = gate();
      await using upstream = await startUpstream(async (_, reply) => {
        reply.open();
        await reply.write(delta("half"));
        await heard;
        reply[how]();
      });
      const told = await hear(createClient(upstream.url).provider, {
        onEvent: (event) => event.type === "text" && heard.release(),
      });
      expect(told.text).toBe("half");
      expect(failureOf(told)).toMatchObject({ kind: "provider_down", detail: "The connection broke." });
      expect(upstream.requests).toHaveLength(1);
    }
  });

  test("by silence keeps its text (U6)", async () => {
    const { told, calls } = await meet((_, reply) => reply.stream([delta("half"), gate()]), { idleMs: 60 });
    expect(told.text).toBe("half");
    expect(failureOf(told)).toMatchObject({ kind: "provider_down", detail: "The reply stopped coming." });
    expect(calls).toBe(1);
  });

  test("by an error inside it keeps its text (U8)", async () => {
    const { told } = await meet((_, reply) =>
      reply.stream([delta("half") + chunk({ error: { message: "out of memory" } }) + finish("stop")]),
    );
    expect(told.text).toBe("half");
    expect(failureOf(told)).toMatchObject({ kind: "reply_error", status: 200, detail: "out of memory" });
  });

  test("by words that are no event (U11)", async () => {
    const { told } = await meet((_, reply) => reply.stream([delta("half"), "data: {{{\n\n"]));
    expect(told.text).toBe("half");
    expect(failureOf(told)).toMatchObject({ kind: "reply_unreadable" });
  });
});

describe("no reply at all", () => {
  test("HTML with status 200 (U9)", async () => {
    const { told, calls } = await meet((_, reply) =>
      reply.send(200, "text/html", "<html><title>Please log in</title><script>x()</script></html>"),
    );
    const failure = failureOf(told);
    expect(failure).toMatchObject({ kind: "reply_unreadable", status: 200 });
    expect(failure.detail).toBe("The answer is text/html, not a reply. Please log in");
    expect(calls).toBe(1);
  });

  test("bytes that are not HTTP", async () => {
    const { told } = await meet(async (_, reply) => {
      await reply.raw("hello\n\n\n");
      reply.hangUp();
    });
    // Which of the two is seen first is the network's choice.
    expect(failureOf(told).kind).toBe("provider_down");
    expect(failureOf(told).detail).toMatch(/is not HTTP|connection broke/);
  });

  test("garbage without end is cut off early (U11)", async () => {
    let sentBytes = 0;
    const { told } = await meet(async (_, reply) => {
      reply.open();
      const garbage = Buffer.alloc(64 * 1024, "x");
      while (sentBytes < 100_000_000 && !reply.isClosed()) {
        await reply.write(garbage);
        sentBytes += garbage.length;
      }
    });
    expect(failureOf(told)).toMatchObject({ kind: "reply_unreadable" });
    expect(sentBytes).toBeLessThan(40_000_000);
  });

  test("text past the limit of a reply is cut off", async () => {
    const { told } = await meet(
      (_, reply) => reply.stream(Array.from({ length: 50 }, () => delta("x".repeat(1_000)))),
      {
        replyBytesMax: 20_000,
      },
    );
    expect(failureOf(told)).toMatchObject({ kind: "reply_unreadable", detail: "The reply is too long." });
    expect(told.text.length).toBeLessThanOrEqual(20_000);
  });

  test("an error's body without end is read only at its beginning", async () => {
    const { told } = await meet(async (_, reply) => {
      await reply.raw("HTTP/1.1 400 Bad\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n");
      while (!reply.isClosed()) await reply.write("no ".repeat(1_000));
    });
    const failure = failureOf(told);
    expect(failure.kind).toBe("request_rejected");
    expect(failure.detail).toHaveLength(500);
  });

  test("an error's body that never comes does not hide its status", async () => {
    const { told } = await meet(
      (_, reply) =>
        reply.raw("HTTP/1.1 401 No\r\ncontent-type: application/json\r\ncontent-length: 90\r\n\r\n{"),
      { firstByteMs: 60 },
    );
    expect(failureOf(told)).toMatchObject({ kind: "token_invalid", status: 401 });
  });
});
