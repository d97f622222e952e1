/** Calls are made again seldom, after a wait, and never once the model has spoken. */
import { describe, expect, test } from "bun:test";
import type { Failure, FailureKind } from "../../src/domain.ts";
import { type ReplyEvent, UpstreamError } from "../../src/inference/provider.ts";
import { type Retries, sleep, withRetries } from "../../src/inference/retry.ts";

type Outcome = ReplyEvent | Failure | Error;

function failed(kind: FailureKind, retryAfterMs: number | null = null): Failure {
  return { kind, status: kind === "rate_limited" ? 429 : 503, detail: "", provider: null, retryAfterMs };
}

/** Each call of `calls` yields its events, and throws where it holds a failure. */
async function run(calls: Outcome[][], more: Partial<Retries> = {}, signal = new AbortController().signal) {
  const pausesMs: number[] = [];
  const events: ReplyEvent[] = [];
  async function* start(count: number) {
    for (const outcome of calls[count - 1] ?? calls.at(-1) ?? []) {
      if ("kind" in outcome) throw new UpstreamError(outcome);
      if (outcome instanceof Error) throw outcome;
      yield [outcome];
    }
  }
  const retries: Retries = {
    limits: { callsMax: 3, retryAfterMsMax: 5_000 },
    start,
    adapt: () => false,
    sleep: async (ms) => void pausesMs.push(ms),
    random: () => 0.5,
    ...more,
  };
  let error: unknown = null;
  try {
    for await (const event of withRetries(retries, signal)) events.push(event);
  } catch (thrown) {
    error = thrown;
  }
  return { events, pausesMs, error, calls: events.filter((event) => event.type === "call").length };
}

const word: ReplyEvent = { type: "text", text: "a" };

test("a provider that stays down is called three times, with growing pauses (U5)", async () => {
  const { calls, pausesMs, error } = await run([[failed("provider_down")]]);
  expect(calls).toBe(3);
  expect(pausesMs).toEqual([450, 900]);
  expect(error).toBeInstanceOf(UpstreamError);
});

test("a later call that works is the reply, and calls are numbered", async () => {
  const { events, error } = await run([[failed("provider_down")], [word]]);
  expect(error).toBeNull();
  expect(events).toEqual([{ type: "call", count: 1 }, { type: "call", count: 2 }, word]);
});

test("nothing is asked again after the first word or thought", async () => {
  for (const spoken of [word, { type: "reasoning", text: "hm" } satisfies ReplyEvent]) {
    expect((await run([[spoken, failed("provider_down")]])).calls).toBe(1);
  }
  const named = await run([[{ type: "provider", name: "acme" }, failed("provider_down")], [word]]);
  expect(named.calls).toBe(2);
});

describe("what the person has to act on is not asked again", () => {
  const kinds = [
    "token_invalid",
    "credits_depleted",
    "request_rejected",
    "reply_error",
    "reply_unreadable",
  ] as const;
  test.each(kinds)("%s", async (kind) => {
    expect((await run([[failed(kind)]])).calls).toBe(1);
  });
});

test("a rate limit is waited out only where it is short and told", async () => {
  expect((await run([[failed("rate_limited", 5_000)], [word]])).pausesMs).toEqual([5_000]);
  expect((await run([[failed("rate_limited", 5_001)], [word]])).calls).toBe(1);
  expect((await run([[failed("rate_limited")], [word]])).calls).toBe(1);
});

test("a provider that is down may say how long", async () => {
  expect((await run([[failed("provider_down", 4_000)], [word]])).pausesMs).toEqual([4_000]);
  expect((await run([[failed("provider_down", 60_000)], [word]])).calls).toBe(1);
});

test("a redirect and a false certificate are not asked for again", async () => {
  for (const cause of ["UnexpectedRedirect", "DEPTH_ZERO_SELF_SIGNED_CERT"]) {
    const fault = new UpstreamError(failed("provider_down"), { cause });
    expect((await run([[fault], [word]])).calls).toBe(1);
  }
});

test("a request that can be changed is sent again at once, within the same limit", async () => {
  const { calls, pausesMs } = await run([[failed("request_rejected")]], { adapt: () => true });
  expect(calls).toBe(3);
  expect(pausesMs).toEqual([]);
});

test("a fault of ours is not asked again", async () => {
  const bug = new TypeError("bug");
  expect(await run([[bug]])).toMatchObject({ calls: 1, error: bug });
});

test("an abort ends the pause at once", async () => {
  const controller = new AbortController();
  const reason = new Error("stopped");
  const waits = (ms: number, signal: AbortSignal) => {
    queueMicrotask(() => controller.abort(reason));
    return sleep(ms + 60_000, signal);
  };
  const { error, calls } = await run([[failed("provider_down")]], { sleep: waits }, controller.signal);
  expect({ error, calls }).toEqual({ error: reason, calls: 1 });
});

test("a signal that is already aborted calls nothing", async () => {
  const reason = new Error("stopped");
  const { error, calls } = await run([[word]], {}, AbortSignal.abort(reason));
  expect({ error, calls }).toEqual({ error: reason, calls: 0 });
});
