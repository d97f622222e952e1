/** Too many, too slow, too much: the short forms. `bun tests/faults/load/long.ts` measures the long ones. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { openFiles } from "../../src/config/room.ts";
import { measureChurn } from "./load/churn.ts";
import { measureRestart } from "./load/restart.ts";
import { measureSlowReaders } from "./load/slow.ts";
import { measureDrips, measureFiles, measureFlood, measureIdle } from "./load/sockets.ts";
import { measureStored } from "./load/stored.ts";
import { measureLongReply, measureStreams } from "./load/streams.ts";

// Other tests may run beside these.
setDefaultTimeout(120_000);

test("thousands of idle sockets take 8 KB each, and all answer [O1]", async () => {
  const sockets = Math.min(3000, openFiles() - 200);
  const figures = await measureIdle({ sockets, holdMs: 500 });
  tell("idle", figures);
  expect([figures.joined, figures.answered]).toEqual([sockets, sockets]);
  expect(((figures.peakMb - figures.startedMb) * 1024) / sockets).toBeLessThan(8);
});

test("readers that stop reading cost 64 MB at most, are cut off, and come back to the right text [O2]", async () => {
  const figures = await measureSlowReaders({ streams: 60, slow: 40, seconds: 5, perSecond: 10 });
  tell("slow", figures);
  expect(figures.wrong).toEqual([]);
  expect(figures.slow.left).toBe(0);
  expect(figures.slow.rssMb - figures.control.rssMb).toBeLessThan(64);
});

for (const signal of ["SIGKILL", "SIGTERM"] as const) {
  test(`after a ${signal} amid many replies all are back soon, and nothing is lost [K1 K2]`, async () => {
    const figures = await measureRestart({ signal, streams: 100, senders: 20 });
    tell(signal, figures);
    expect(figures.lost).toEqual([]);
    expect(figures.exitCode).toBe(signal === "SIGTERM" ? 0 : 137);
    // How long a start takes tells how busy the machine is.
    expect(figures.backMaxMs).toBeLessThan(Math.max(5000, 3 * figures.downMs));
  });
}

test("a thousand messages of one person in one go harm nobody else [O3]", async () => {
  const figures = await measureFlood({ messages: 1000 });
  tell("flood", figures);
  expect(figures.codes).toEqual([1008]);
  expect(figures.answers["too_fast"]).toBe(100);
  // The burst, and what is earned while it lasts.
  expect((figures.answers["ack"] ?? 0) + (figures.answers["busy"] ?? 0)).toBeLessThan(100);
  expect(figures.othersMaxMs).toBeLessThan(1000 + 10 * figures.beforeMaxMs);
});

test("many who watch one reply, and many replies at once, are all led to the whole text [O4 O6]", async () => {
  const figures = await measureStreams({ streams: 200, watchers: 100, seconds: 4, perSecond: 10 });
  tell("streams", figures);
  expect(figures.acknowledged).toBe(200);
  expect(figures.wrong).toEqual([]);
});

test("heads and bodies that come a byte at a time are cut, and pages go on meanwhile [O7]", async () => {
  const figures = await measureDrips({ connections: 100, idleRequestS: 2, waitMs: 30_000 });
  tell("drips", figures);
  expect(figures.cut).toBe(100);
  expect(figures.pageMaxMs).toBeLessThan(2000);
});

test("a reply of 20,000 tokens is read to its end [O8]", async () => {
  const figures = await measureLongReply({ tokens: 20_000 });
  tell("reply", figures);
  expect(figures.wrong).toEqual([]);
});

test("a chat of 5,000 messages opens, and so does an account of 10,000 chats [O8 O9]", async () => {
  const chat = await measureStored({ chats: 1, messages: 5000 });
  const chats = await measureStored({ chats: 10_000, messages: 2 });
  tell("stored", { chat, chats });
  expect(chat.pageCpuMs).toBeLessThan(2000);
  expect(chats.pageCpuMs).toBeLessThan(100);
});

test("where no more files may be opened, new people are refused, and those who are in chat on [O11]", async () => {
  const figures = await measureFiles({ files: 256, people: 200 });
  tell("files", figures);
  expect(figures.joined).toBeGreaterThan(50);
  expect(figures.refused).toEqual({ 503: 200 - figures.joined });
  expect(figures.wrong).toEqual([]);
  expect(figures.joinedAfter).toBe(10);
});

test("of people who come, send, stop, watch and leave, nothing stays in memory [K10]", async () => {
  const figures = await measureChurn({ seconds: 12, warmSeconds: 0 });
  tell("churn", figures);
  expect(figures.wrong).toEqual([]);
  expect(figures.kept).toMatchObject({ runs: 0, sockets: 0, streams: 0, accounts: 0, listeners: 0 });
});

function tell(name: string, figures: object): void {
  console.log(
    `${name}: ${JSON.stringify(figures, (_, value) => (typeof value === "number" ? Math.round(value) : value))}`,
  );
}
