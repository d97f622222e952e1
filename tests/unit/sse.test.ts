/** The event stream reader against the forms that streams come in. */
import { expect, test } from "bun:test";
import { createSseReader } from "../../src/inference/reply/sse.ts";

type Event = [data: string, name: string, isCut: boolean];

function read(pieces: string[], charsMax = 1_000): Event[] {
  const events: Event[] = [];
  const reader = createSseReader((...event) => void events.push(event), charsMax);
  for (const piece of pieces) reader.push(piece);
  reader.end();
  return events;
}

test("an event is its data and its name", () => {
  expect(read(["event: error\ndata: a\n\ndata: b\n\n"])).toEqual([
    ["a", "error", false],
    ["b", "", false],
  ]);
});

test("one space after the colon is dropped, more are kept", () => {
  expect(read(["data:a\n\ndata:  b\n\n"]).map(([data]) => data)).toEqual(["a", " b"]);
});

test("several data lines are one event", () => {
  expect(read(["data: a\ndata\ndata: b\n\n"])).toEqual([["a\n\nb", "", false]]);
});

test("comments, other fields and events without data are nothing", () => {
  expect(read([": ping\n\nid: 1\nretry: 2\nevent: x\n\ndata: a\n\n"])).toEqual([["a", "", false]]);
});

test("a last event without a blank line counts, and is marked", () => {
  expect(read(["data: a\n\ndata: b"]).at(-1)).toEqual(["b", "", true]);
});

test("LF, CRLF and CR end lines alike, cut anywhere", () => {
  const lines = ["event: e", "data: a", "data: b", "", ": c", "data: d", "", ""];
  for (const ending of ["\n", "\r\n", "\r"]) {
    const whole = lines.join(ending);
    for (let cut = 0; cut <= whole.length; cut++) {
      const events = read([whole.slice(0, cut), "", whole.slice(cut)]);
      expect(events).toEqual([
        ["a\nb", "e", false],
        ["d", "", false],
      ]);
    }
    expect(read([...whole])).toHaveLength(2);
  }
});

test("a line or an event past the limit is refused (U11)", () => {
  expect(() => read(["x".repeat(1_001)])).toThrow("reply_unreadable");
  expect(() => read(Array.from({ length: 1_001 }, () => "x"))).toThrow("reply_unreadable");
  expect(() => read(Array.from({ length: 501 }, () => "data: x\n"))).toThrow("reply_unreadable");
  expect(read(["data: ", "x".repeat(990), "\n\n"])).toHaveLength(1);
});

test("a long line in small pieces costs time in proportion", () => {
  const time = (length: number) => {
    const before = process.cpuUsage();
    read([...Array.from({ length }, () => "x"), "\n"], length + 10);
    // Of the processor, not of the clock: others may be at work.
    return process.cpuUsage(before).user / 1000;
  };
  time(20_000);
  // Quadratic time would make this 400 times as much.
  expect(time(1_000_000)).toBeLessThan(50 * Math.max(time(50_000), 20));
});
