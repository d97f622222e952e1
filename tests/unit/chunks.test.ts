/** Replies in each known shape, cut at each byte, become the same text. */
import { describe, expect, test } from "bun:test";
import type { ReplyEvent } from "../../src/inference/provider.ts";
import { createStreamReader, createWholeReader } from "../../src/inference/reply/reader.ts";
import { createThinkingSplitter } from "../../src/inference/reply/thinking.ts";
import { addTo, type Told } from "../support/upstream-client.ts";
import { contentOf, hasTapes, replyTapes, streamFixtures } from "../support/upstream-tapes.ts";
import { chunk, delta, done, finish, usage } from "../support/upstream.ts";

const limits = { replyBytesMax: 1_000_000, eventBytesMax: 1_000_000 };

function read(pieces: (string | Uint8Array)[], contentType = "text/event-stream", given = limits): Told {
  const reader = contentType.startsWith("text/event-stream")
    ? createStreamReader(given)
    : createWholeReader(given);
  const told: Told = { text: "", reasoning: "", finish: null, usage: null, events: [], error: null };
  for (const piece of pieces) {
    reader.push(Buffer.from(piece));
    for (const event of reader.take()) addTo(told, event);
  }
  reader.end();
  for (const event of reader.take()) addTo(told, event);
  return told;
}

function outcomeOf({ text, reasoning, finish: reason, usage: counts }: Told) {
  return { text, reasoning, finish: reason, usage: counts };
}

/** Every byte of the first `all`, and those around each event's end. */
function cutsOf(bytes: Uint8Array, all = 4_096): number[] {
  const cuts = new Set(Array.from({ length: Math.min(bytes.length, all) }, (_, at) => at));
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === 10)
      for (let near = at - 3; near <= at + 8; near++) if (near < bytes.length) cuts.add(near);
  }
  return [...cuts].filter((cut) => cut > 0);
}

/** A long stream is cut in groups of whole events: to read all of it for each cut would take minutes. */
function groupsOf(bytes: Buffer): Buffer[] {
  const groups: Buffer[] = [];
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf("\n\n", from + 5_000);
    const to = end === -1 ? bytes.length : end + 2;
    groups.push(bytes.subarray(from, to));
    from = to;
  }
  return groups;
}

describe("fixtures", () => {
  test.each(streamFixtures().map((fixture) => [fixture.name, fixture] as const))(
    "%s (U1)",
    (_name, fixture) => {
      const bytes = Buffer.from(fixture.body);
      expect(outcomeOf(read([bytes], fixture.contentType))).toEqual(fixture.expect);
      for (const cut of cutsOf(bytes)) {
        const told = read([bytes.subarray(0, cut), bytes.subarray(cut)], fixture.contentType);
        expect(outcomeOf(told)).toEqual(fixture.expect);
      }
      expect(
        outcomeOf(
          read(
            [...bytes].map((byte) => Uint8Array.of(byte)),
            fixture.contentType,
          ),
        ),
      ).toEqual(fixture.expect);
    },
  );
});

describe.skipIf(!hasTapes)("recorded traffic (skipped where the recordings are not at hand)", () => {
  test.each(replyTapes())("%s keeps its text wherever it is cut (U1)", (_name, tape) => {
    const bytes = Buffer.from(tape.body);
    const whole = read([bytes], tape.content_type);
    const withoutTags = contentOf(tape).replace("<think>", "").replace("</think>", "");
    expect(whole.reasoning + whole.text).toBe(withoutTags);
    expect(whole.finish).toBeString();
    for (const [index, group] of groupsOf(bytes).entries()) {
      const expected = JSON.stringify(outcomeOf(read([group], tape.content_type)));
      const wrong = cutsOf(group, index === 0 ? 4_096 : 0).filter((cut) => {
        const told = read([group.subarray(0, cut), group.subarray(cut)], tape.content_type);
        return JSON.stringify(outcomeOf(told)) !== expected;
      });
      expect(wrong).toEqual([]);
    }
  });
});

test("nothing after [DONE] is read (U7)", () => {
  expect(read([delta("a") + done() + delta("b")]).text).toBe("a");
  const reader = createStreamReader(limits);
  reader.push(Buffer.from(delta("a")));
  expect(reader.isDone()).toBeFalse();
  reader.push(Buffer.from(done()));
  expect(reader.isDone()).toBeTrue();
});

test("an error told in the stream comes after the text before it (U8)", () => {
  const errors = [
    chunk({ error: { message: "overloaded <b>now</b>", code: 503 } }),
    'data: {"error": "overloaded now"}\n\n',
    'event: error\ndata: {"message": "overloaded now"}\n\n',
    "event: error\ndata: overloaded now\n\n",
    'data: {"object":"error","message":"overloaded now"}\n\n',
  ];
  for (const error of errors) {
    const reader = createStreamReader(limits);
    expect(() => reader.push(Buffer.from(delta("a") + error))).toThrow("reply_error");
    expect(reader.take()).toEqual([{ type: "text", text: "a" }]);
  }
});

test("an error that is null, empty or false is none", () => {
  for (const error of [null, "", false])
    expect(read([chunk({ error, choices: [] }) + delta("a")]).text).toBe("a");
});

test("an event that is no JSON is refused, one cut by the end is not there", () => {
  expect(() => read(["data: {nonsense\n\n"])).toThrow("reply_unreadable");
  const told = read([delta("a"), delta("b").slice(0, 60)]);
  expect(outcomeOf(told)).toEqual({ text: "a", reasoning: "", finish: null, usage: null });
});

test("chunks of any JSON are survived", () => {
  const odd = ["null", "1", '"x"', "[]", '{"choices":{}}', '{"choices":[null]}', '{"choices":[{"delta":7}]}'];
  const wrong = ['{"choices":[{"delta":{"content":7,"reasoning":[]},"finish_reason":9}],"usage":[1]}'];
  for (const data of [...odd, ...wrong]) expect(read([`data: ${data}\n\n`, delta("a")]).text).toBe("a");
});

test("token counts that are no counts are not believed", () => {
  for (const bad of [-1, 1.5, "3", null, Number.MAX_VALUE]) {
    const told = read([
      usage(4, 5),
      chunk({ choices: [], usage: { prompt_tokens: bad, completion_tokens: 1 } }),
    ]);
    expect(told.usage).toEqual([4, 5]);
  }
});

test("a told cost is kept, an impossible one is not", () => {
  const costs = [{ cost: 0.002 }, { estimated_cost: 0.003 }, { cost: -1 }, { cost: "1" }];
  const told = costs.map((cost) => read([usage(1, 1, cost)]).events[0]);
  expect(told.map((event) => event?.type === "usage" && event.costUsd)).toEqual([0.002, 0.003, null, null]);
});

test("finish is told once, and an empty reason is none", () => {
  const told = read([finish(""), finish("stop"), finish("length")]);
  expect(told.events).toEqual([{ type: "finish", reason: "stop" }]);
});

test("texts of one read are one event", () => {
  expect(read([delta("a") + delta("b"), delta("c")]).events).toHaveLength(2);
});

test("a reply past its limit is refused with what came before kept", () => {
  const small = { replyBytesMax: 10, eventBytesMax: 1_000 };
  const reader = createStreamReader(small);
  expect(() => reader.push(Buffer.from(delta("12345678") + delta("901")))).toThrow("reply_unreadable");
  expect(reader.take()).toEqual([{ type: "text", text: "12345678" }]);
  expect(() => read([": ping\n\n".repeat(2_000)], "text/event-stream", small)).toThrow("reply_unreadable");
  expect(() => read(["x".repeat(2_000)], "application/json", small)).toThrow("reply_unreadable");
});

test("a whole answer that is no completion is refused", () => {
  for (const body of ["", "[]", "{}", '{"choices":[]}', "nonsense", "[".repeat(100_000)]) {
    expect(() => read([body], "application/json")).toThrow("reply_unreadable");
  }
  expect(() => read(['{"error":"no"}'], "application/json")).toThrow("reply_error");
});

describe("thinking tags cut anywhere (U12)", () => {
  const cases: [content: string, reasoning: string, text: string][] = [
    ["<think>a</think>b", "a", "b"],
    ["\n <think>a < b </ </thin </think>\n\nc", "a < b </ </thin ", "\n\nc"],
    ["<think></think>b", "", "b"],
    ["<think>never closed </th", "never closed </th", ""],
    ["<thin", "", "<thin"],
    ["  ", "", "  "],
    [" a <think>b</think>", "", " a <think>b</think>"],
    ["<thinker>b", "", "<thinker>b"],
    ["<think>a</think>b<think>c</think>", "a", "b<think>c</think>"],
  ];
  test.each(cases)("%p", (content, reasoning, text) => {
    for (let first = 0; first <= content.length; first++) {
      for (let second = first; second <= content.length; second++) {
        const told = { text: "", reasoning: "" };
        const out = {
          text: (piece: string) => void (told.text += piece),
          reasoning: (piece: string) => void (told.reasoning += piece),
        };
        const splitter = createThinkingSplitter();
        const pieces = [content.slice(0, first), content.slice(first, second), content.slice(second)];
        for (const piece of pieces) splitter.push(piece, out);
        splitter.end(out);
        expect(told).toEqual({ text, reasoning });
      }
    }
  });
});

test("the order of text, finish and usage is kept", () => {
  const types = (events: ReplyEvent[]) => events.map((event) => event.type);
  expect(types(read([delta("a") + finish("stop") + usage(1, 1) + done()]).events)).toEqual([
    "text",
    "finish",
    "usage",
  ]);
});
