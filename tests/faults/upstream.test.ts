/** A model that fails in each way, behind a real server: how the run ends, what is kept, how often it was asked. */
import { expect, setDefaultTimeout, test } from "bun:test";
import type { GenerationState } from "../../src/domain.ts";
import { startApp } from "../support/app.ts";
import { randomOf } from "../support/random.ts";
import { openTab } from "../support/tab.ts";
import { readKept } from "./check/record.ts";
import { startFaultyModel, textSent } from "./means/model.ts";
import { goodPlan, type Fault, type Plan } from "./means/plan.ts";
import { piecesOf } from "./means/words.ts";

// Other tests may run beside these.
setDefaultTimeout(30_000);

type Row = {
  what: string;
  fault: Fault;
  state: GenerationState;
  calls: number;
  /** What stands below the reply. */
  told: string;
  more?: Partial<Plan>;
};

const key = "key-that-goes-nowhere-else";
/** About the fifth of twenty words. */
const atByte = 900;

const rows: Row[] = [
  {
    what: "nothing for a while, and then a slow drip, is a whole reply (U3)",
    fault: { kind: "none" },
    state: "complete",
    calls: 1,
    told: "",
    more: { firstTokenMs: 700, everyMs: 30 },
  },
  {
    what: "503 for ever is three calls and a card (U5)",
    fault: { kind: "status", status: 503 },
    state: "failed",
    calls: 3,
    told: "card",
  },
  {
    what: "a reset in mid-reply keeps what came (U6)",
    fault: { kind: "reset", atByte },
    state: "interrupted",
    calls: 1,
    told: "message.continue",
    more: { everyMs: 10 },
  },
  {
    what: "silence in mid-reply is given up on, and keeps what came (U6)",
    fault: { kind: "silent", atByte },
    state: "interrupted",
    calls: 1,
    told: "message.continue",
  },
  {
    what: "an end without a finish_reason can be gone on from (U4)",
    fault: { kind: "unfinished" },
    state: "interrupted",
    calls: 1,
    told: "message.continue",
  },
  {
    what: "[DONE] on a line that stays open is a whole reply, and the line is closed (U7)",
    fault: { kind: "lingering" },
    state: "complete",
    calls: 1,
    told: "",
  },
  {
    what: "HTML with status 200 is no reply (U9)",
    fault: { kind: "html" },
    state: "failed",
    calls: 1,
    told: "card",
  },
  {
    what: "100 MB without the end of a line is cut off early (U11)",
    fault: { kind: "endless", bytes: 100_000_000 },
    state: "failed",
    calls: 1,
    told: "card",
  },
];

test.each(rows.map((row) => [row.what, row] as const))("%s", async (_what, row) => {
  await expectEnd(row);
});

test("a redirect to another host is refused, and the other host hears nothing (U10)", async () => {
  await using elsewhere = await startFaultyModel((call) => goodPlan(piecesOf(call, 3, randomOf(1))));
  const to = `${elsewhere.url}/chat/completions`;
  await expectEnd({ what: "", fault: { kind: "redirect", to }, state: "failed", calls: 1, told: "card" });
  expect(elsewhere.calls).toEqual([]);
});

async function expectEnd({ fault, state, calls, told, more }: Row): Promise<void> {
  await using model = await startFaultyModel((call) => {
    return { ...goodPlan(piecesOf(call, 20, randomOf(call))), fault, ...more };
  });
  const isSilent = fault.kind === "silent";
  const limits = { upstreamFirstByteMs: 15_000, upstreamIdleMs: isSilent ? 500 : 15_000, shutdownMs: 1 };
  const env = { INFERENCE_URL: model.url, MODEL: "test", TITLE_MODEL: "none", INFERENCE_KEY: key };
  await using app = await startApp({ env, limits });
  const tab = await openTab(app.url);
  await tab.send("Go");
  const foot = await tab.ended();
  expect(foot).toContain(told);
  const [run] = readKept(app.config.dataPath).generations;
  expect(run).toMatchObject({ state, calls });
  expect(model.calls.length).toBe(calls);
  const reply = readKept(app.config.dataPath).messages.at(-1);
  const sent = model.calls.map((call) => textSent(call)).join("");
  // What came just before a reset may be thrown away with it.
  if (fault.kind === "reset") expect(sent).toStartWith(reply?.text ?? "nothing");
  else expect(reply?.text).toBe(sent);
  expect(reply?.text !== "").toBe(state !== "failed");
  if (["silent", "lingering", "endless"].includes(fault.kind)) {
    const last = model.calls.at(-1);
    const endedMs = performance.now();
    await last?.closed;
    expect(performance.now() - endedMs).toBeLessThan(1000);
  }
  expect(app.logged.join("")).not.toContain(key);
}
