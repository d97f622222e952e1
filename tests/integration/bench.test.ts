/** The benchmark's own honesty: its arithmetic, its fake model's schedule, and a small run of each peer that is there. */
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startOwn } from "../bench/children.ts";
import { judge, median, toRows, type Measured } from "../bench/figures.ts";
import { installPeers } from "../bench/peers/install.ts";
import { measureStream } from "../bench/phases/streams.ts";
import { createContext } from "../bench/setting.ts";

const scratchDir = mkdtempSync(join(tmpdir(), "banter-bench-test-"));
afterAll(() => rmSync(scratchDir, { recursive: true, force: true }));

test("a cell is the median of its rounds, and a bar holds it to its own row's other column", () => {
  const base = { phase: "p", figure: "f", unit: "ms" } as const;
  const measured: Measured[] = [
    ...[9, 1, 4].map((value) => ({ ...base, subject: "banter" as const, value })),
    ...[2, 8].map((value) => ({ ...base, subject: "raw" as const, value })),
  ];
  const rows = toRows(measured);
  expect(median([9, 1, 4])).toBe(4);
  expect(rows[0]?.cells.raw?.median).toBe(5);
  const bar = { figure: "f", bound: "atMost", of: "raw" } as const;
  expect(judge({ ...bar, times: 0.8 }, rows)).toMatchObject({ isMet: true, ratio: 0.8 });
  expect(judge({ ...bar, times: 0.7 }, rows).isMet).toBe(false);
  expect(judge({ ...bar, times: 0.5, plus: 1.5 }, rows).isMet).toBe(true);
  expect(judge({ ...bar, bound: "atLeast", times: 0.9 }, rows).isMet).toBe(false);
  expect(judge({ figure: "f", bound: "atMost", times: 3 }, rows)).toMatchObject({ isMet: false });
  expect(judge({ ...bar, of: "node", times: 1 }, rows).isMet).toBeNull();
});

test("each peer that is there delivers every reply whole, and no token before the model made it", async () => {
  const installed = await installPeers(false);
  const upstream = startOwn("upstream.ts", scratchDir);
  const upstreamUrl = await upstream.ask<string>("url");
  const given = { scratchDir, installed, upstream, upstreamUrl, only: undefined, isShort: true };
  const context = createContext({ ...given, measured: [] })("test");
  try {
    const peers = context.peers("raw", "library", "node", "fastapi", "banter");
    expect(peers).toContain("banter");
    for (const name of peers) {
      const plan = { chats: 4, perSecond: 100, settleMs: 700, windowMs: 500 };
      const { whole, delay, first, delivered } = await measureStream(context, name, plan);
      expect({ name, whole }).toEqual({ name, whole: 4 });
      expect(delay.p50Ms).toBeGreaterThan(0);
      expect(Number.isFinite(delay.p99Ms) && Number.isFinite(first.p99Ms)).toBe(true);
      expect(delivered).toBeGreaterThan(0);
    }
  } finally {
    await upstream.end();
  }
}, 120_000);
