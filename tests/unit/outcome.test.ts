/** Cards, notes and actions under a reply, for Hugging Face and for a server of one's own. */
import { expect, test } from "bun:test";
import type { Failure, FailureKind, Generation, LeftCall, Message } from "../../src/domain.ts";
import { actionsOf, branchOf, cardOf, noteOf } from "../../src/render/views/outcome.ts";
import { placeView } from "../../src/render/views/place.ts";
import { detailsOf, receiptOf, thoughtOf } from "../../src/render/views/receipt.ts";
import { en } from "../../src/words/en.ts";

const options = { words: en, maxTokens: 4096, newId: () => "new", placeOf: () => null };
const hub = { endpoint: "huggingface", id: "org/model:fastest" };
const own = { endpoint: "local", id: "org/model:fastest" };

const receipt = {
  provider: "acme",
  finishReason: "stop",
  waitedMs: 0,
  firstTokenMs: 400,
  durationMs: 2400,
  tokensIn: 1000,
  tokensOut: 100,
  costUsd: 0.00042,
  calls: 1,
};

function reply(more: Partial<Generation>, message: Partial<Message> = {}): Message {
  const generation: Generation = {
    id: "g",
    message: "m",
    state: "complete",
    seq: 3,
    model: hub,
    receipt,
    failure: null,
    ...more,
  };
  const parts: Message["parts"] = [{ type: "text", text: "Well." }];
  const ids = { id: "m", conversation: "c", parent: "u", siblings: ["m"] };
  return { ...ids, role: "assistant", parts, createdMs: 0, generation, ...message };
}

function failed(kind: FailureKind, more: Partial<Failure> = {}, model = hub): Message {
  const failure = { kind, status: 400, detail: "said so", provider: null, retryAfterMs: null, ...more };
  return reply({ state: "failed", failure, model });
}

/** Where the one thing to do leads, with Hugging Face and with a server of one's own. */
const remedies: Record<FailureKind, [hub: string, own: string]> = {
  token_invalid: ["https://huggingface.co/settings/tokens", "message.regenerate"],
  signed_out: ["/signin/start?next=/conversations/c", "/signin/start?next=/conversations/c"],
  token_forbidden: ["https://huggingface.co/settings/tokens", "message.regenerate"],
  credits_depleted: ["/models?conversation=c&message=m&free=1", "message.regenerate"],
  model_gated: ["https://huggingface.co/org/model", "message.regenerate"],
  model_unsupported: ["/models?conversation=c&message=m", "/models?conversation=c&message=m"],
  request_too_long: ["/conversations/c?edit=u#m-u", "/conversations/c?edit=u#m-u"],
  request_rejected: ["message.regenerate", "message.regenerate"],
  rate_limited: ["message.regenerate", "message.regenerate"],
  provider_down: ["/models?conversation=c&message=m&q=org%2Fmodel", "message.regenerate"],
  reply_unreadable: ["message.regenerate", "message.regenerate"],
  reply_error: ["message.regenerate", "message.regenerate"],
  price_limit: ["/parameters?conversation=c", "/parameters?conversation=c"],
  internal: ["message.regenerate", "message.regenerate"],
};

for (const [kind, [withHub, withOwn]] of Object.entries(remedies) as [FailureKind, [string, string]][]) {
  test(`a reply that failed by ${kind} has one card with one thing to do (U2)`, () => {
    for (const [model, remedy] of [
      [hub, withHub],
      [own, withOwn],
    ] as const) {
      const card = cardOf(failed(kind, {}, model), options);
      expect(card?.title).toMatch(/^\S.{5,70}$/);
      expect(card?.text).toMatch(/[.]$/);
      expect(card?.detail).toBe("said so");
      const { op, href, copies, label, isForeign } = card?.action ?? {};
      expect([op, href, copies].filter((each) => each !== null)).toEqual([remedy]);
      expect(isForeign).toBe(remedy.startsWith("https:"));
      expect(label).toMatch(/^[A-Z]/);
    }
  });
}

test("a card names the key that is wrong, and who said so", () => {
  expect(cardOf(failed("token_invalid", { status: 401 }), options)).toMatchObject({
    title: "HF_TOKEN was not accepted",
    text: expect.stringMatching(/^Hugging Face answered 401\. .*HF_TOKEN=…/),
  });
  expect(cardOf(failed("token_invalid", { status: 401, provider: "acme" }, own), options)).toMatchObject({
    title: "INFERENCE_KEY was not accepted",
    text: expect.stringMatching(/^acme answered 401\. .*INFERENCE_KEY=…/),
  });
  const named = { endpoint: "my-box", id: "m" };
  expect(cardOf(failed("token_invalid", {}, named), options)?.title).toStartWith("ENDPOINT_KEY_MY_BOX was");
  expect(cardOf(failed("provider_down", { status: 0 }), options)?.text).toStartWith(
    "Hugging Face did not answer.",
  );
});

test("where the provider said how long to wait, the button waits so long, in whole seconds", () => {
  expect(cardOf(failed("rate_limited", { retryAfterMs: 12_001 }), options)?.action.waitS).toBe(13);
  expect(cardOf(failed("rate_limited"), options)?.action.waitS).toBe(0);
});

test("a reply that runs or is whole has no card; one that was cut off can go on", () => {
  expect(cardOf(reply({ state: "running", receipt: null }), options)).toBeNull();
  expect(cardOf(reply({}), options)).toBeNull();
  expect(cardOf(reply({ state: "stopped" }), options)).toBeNull();
  expect(cardOf(reply({ state: "interrupted" }), options)).toMatchObject({
    title: "The reply was cut off",
    action: { label: "Continue", op: "message.continue" },
    other: { label: "Continue elsewhere", href: elsewhere, op: null },
  });
});

const elsewhere = "/models?conversation=c&message=m&continue=1&q=org%2Fmodel";

test("one that was interrupted before its first word can be tried again, as the same reply", () => {
  const [stored, empty] = [[], [{ type: "text" as const, text: "" }]];
  for (const parts of [stored, empty]) {
    expect(cardOf(reply({ state: "interrupted" }, { parts }), options)).toMatchObject({
      title: "The reply did not begin",
      action: { label: "Try again", op: "message.continue" },
      other: null,
    });
  }
});

test("a place in line is told in words, and its key tells it from any other", () => {
  const told = (number: number) => placeView("g", { number, line: "all" }, en).text;
  expect([1, 2, 3, 4, 11, 12, 13, 21, 102, 1111].map(told)).toEqual(
    ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "1,111th"].map(
      (nth) => `Waiting: ${nth} in line`,
    ),
  );
  const own = placeView("g", { number: 2, line: "own" }, en);
  expect(own).toEqual({
    generation: "g",
    key: "own-2",
    text: "Waiting for your other replies: 2nd in line",
    isWaiting: true,
  });
});

test("who was left before the first token is told, and who is asked instead", () => {
  const busy = { provider: "groq", why: "busy", tookMs: 20 } as const;
  const late = { provider: null, why: "late", tookMs: 60_000 } as const;
  const text = (left: LeftCall[], to: string | null) =>
    placeView("g", { line: "elsewhere", left, to }, en).text;
  expect(text([busy], "novita")).toBe("groq was busy: novita is asked");
  expect(text([late, busy], "novita")).toBe("The provider gave no answer, groq was busy: novita is asked");
  expect(text([busy], "groq")).toBe("groq was busy: asking again");
  expect(placeView("g", { line: "elsewhere", left: [busy], to: null }, en)).toMatchObject({
    key: "elsewhere-1",
    isWaiting: false,
  });
});

test("notes tell of a reply that is not quite whole, and of no other", () => {
  const ended = (finishReason: string) => reply({ receipt: { ...receipt, finishReason } });
  expect(noteOf(ended("length"), options)).toBe("Ended at the limit of 4,096 tokens a reply.");
  expect(noteOf(ended("content_filter"), options)).toBe("Ended by the provider's content filter.");
  expect(noteOf(reply({}, { parts: [{ type: "reasoning", text: "Hm", durationMs: 1 }] }), options)).toBe(
    "The model thought, but gave no answer.",
  );
  expect(noteOf(reply({ state: "stopped" }), options)).toBe("Stopped.");
  expect(noteOf(reply({ state: "running", receipt: null }), options)).toBeNull();
  expect(noteOf(ended("stop"), options)).toBeNull();
});

test("what can go on offers it, and a running reply offers nothing", () => {
  const ops = (message: Message) =>
    actionsOf(message, options).map(({ op, copies, href }) => op ?? (copies ? "copy" : href));
  const other = "/models?conversation=c&message=m";
  expect(ops(reply({}))).toEqual(["copy", "message.regenerate", other]);
  const stopped = ["copy", "message.continue", elsewhere, "message.regenerate", other];
  expect(ops(reply({ state: "stopped" }))).toEqual(stopped);
  expect(ops(reply({ receipt: { ...receipt, finishReason: "length" } }))).toContain("message.continue");
  expect(ops(reply({ state: "running", receipt: null }))).toEqual([]);
});

test("versions are counted from one, and lead to their neighbours", () => {
  const at = (id: string) => branchOf(reply({}, { id, siblings: ["a", "b", "c"] }), options);
  expect(at("a")).toMatchObject({ position: 1, count: 3, previous: null, next: { message: "b" } });
  expect(at("c")).toMatchObject({ position: 3, previous: { message: "b" }, next: null });
  expect(branchOf(reply({}), options)).toBeNull();
});

test("a receipt rounds for people, and leaves out what nobody told", () => {
  expect(receiptOf(receipt, en)).toEqual(["0.40 s to first token", "50 tok/s", "1,100 tokens", "$0.00042"]);
  const unknown = { firstTokenMs: null, tokensIn: null, tokensOut: null, costUsd: null };
  expect(receiptOf({ ...receipt, ...unknown }, en)).toEqual([]);
  expect(receiptOf({ ...receipt, ...unknown, waitedMs: 999 }, en)).toEqual([]);
  expect(receiptOf({ ...receipt, ...unknown, waitedMs: 12_400 }, en)).toEqual(["12 s in line"]);
  expect(receiptOf({ ...receipt, firstTokenMs: 12_400, durationMs: 12_400, costUsd: 0 }, en)).toEqual([
    "12 s to first token",
    "1,100 tokens",
    "$0.00",
  ]);
  expect(receiptOf({ ...receipt, ...unknown, costUsd: 1e-9 }, en)).toEqual(["$0.0000000010"]);
});

test("a receipt says who began a reply, where it was another provider or another model", () => {
  const begun = (provider: string | null, id = "org/model:acme", before = {}) => {
    const run = { model: { endpoint: "huggingface", id }, provider, tokensOut: 7, costUsd: 0.01, ...before };
    return { ...receipt, details: { before: [run] } };
  };
  expect(receiptOf(begun("acme"), en, hub)[0]).toBe("0.40 s to first token");
  expect(receiptOf(begun("bolt"), en, hub)[0]).toBe("begun by bolt");
  expect(receiptOf(begun("acme", "org/larger"), en, hub)[0]).toBe("begun by larger");
  const told = (given: ReturnType<typeof begun>) =>
    detailsOf(given, hub, en).find(({ label }) => label === "Begun by")?.text;
  expect(told(begun("bolt"))).toBe("org/model:acme at bolt: 7 tokens, $0.01");
  expect(told(begun(null, "m", { tokensOut: null, costUsd: null }))).toBe("m at huggingface");
  expect(told({ ...receipt, details: { before: [] } })).toBeUndefined();
});

test("thoughts say how long they took, once that is known", () => {
  expect(thoughtOf(1234, false, en)).toBe("Thought for 1.2 s");
  expect(thoughtOf(null, false, en)).toBe("Thoughts");
  expect(thoughtOf(null, true, en)).toBe("Thinking…");
});
