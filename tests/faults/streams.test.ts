/** Replies whose bytes come in odd pieces, or end too early: the text is what was sent, through a real server. */
import { expect, test } from "bun:test";
import { readSession } from "../../src/auth/session.ts";
import { startApp, type TestApp } from "../support/app.ts";
import { until } from "../support/process.ts";
import { randomOf, seedOf } from "../support/random.ts";
import { openTab, type Tab } from "../support/tab.ts";
import { check } from "./check/check.ts";
import { createRecord, readKept, type Record } from "./check/record.ts";
import { noteShown } from "./check/shown.ts";
import { feelPulse } from "./kill/pulse.ts";
import { isOver, startFaultyModel } from "./means/model.ts";
import { goodPlan, type Fault, type PlanOf } from "./means/plan.ts";
import { piecesOf } from "./means/words.ts";

const seed = seedOf("streams");
const cuts = Number(Bun.env["CUTS"] ?? 500);
const people = 10;

/** Two of three are whole; the others end somewhere, mostly in mid-reply. */
const plans: PlanOf = (call) => {
  const random = randomOf(seed + call * 7919);
  const pieces = piecesOf(call, 4 + random.below(30), random);
  const atByte = random.below(20) === 0 ? random.below(150) : 150 + random.below(pieces.length * 150);
  const faults: Fault[] = [
    { kind: "cut", atByte },
    { kind: "reset", atByte },
    { kind: "unfinished" },
    { kind: "lingering" },
  ];
  const fault = random.below(3) === 0 ? faults[random.below(4)] : undefined;
  const isSlow = random.below(4) === 0;
  const plan = goodPlan(pieces, () => 1 + random.below(random.below(3) === 0 ? 7 : 400));
  return { ...plan, fault: fault ?? plan.fault, everyMs: isSlow ? 1 + random.below(4) : 0 };
};

test(`${cuts} replies cut anywhere are kept and shown as they were sent (U1, U4, U6, U7)`, async () => {
  await using model = await startFaultyModel(plans, (text) => /^\d+ asks \d+$/.test(text));
  await using app = await startApp({
    env: { INFERENCE_URL: model.url, MODEL: "test", TITLE_MODEL: "none" },
    limits: { opsBurst: 1e6 },
  });
  const record = createRecord(model.calls);
  record.lives.push({ fromMs: 0, death: null, beats: [] });
  const pulse = await feelPulse(app.url, record.lives[0]?.beats ?? []);
  const work = Array.from({ length: people }, (_, person) => talk(app, record, person));
  const views = (await Promise.all(work)).flat();
  pulse.stop();
  await until("the last calls' ends", () => model.calls.every(isOver));
  const kept = readKept(app.config.dataPath);
  const { wrongs, generations } = check(record, { kept, views, places: new Map(), secrets: [] });
  console.log(`streams: ${JSON.stringify(generations)}, ${model.calls.length} calls`);
  expect(wrongs).toEqual([]);
  expect(generations["complete"]).toBeGreaterThan(cuts / 3);
  expect(generations["interrupted"]).toBeGreaterThan(cuts / 10);
  expect(app.logged.filter((line) => line.includes('"level":"error"'))).toEqual([]);
}, 120_000);

/** One turn after another; now and then in a new conversation. Returns each conversation as it was shown at its end. */
async function talk(app: TestApp, record: Record, person: number) {
  const views: { tab: string; shown: Shown[]; page: Shown[] }[] = [];
  let tab = await openTab(app.url);
  const { cookie } = tab;
  const account = readSession(cookie.split("=")[1])?.account ?? "";
  let parent: string | null = null;
  const turns = cuts / people;
  for (let turn = 0; turn < turns; turn++) {
    parent = await takeTurn(tab, record, account, parent, `${person} asks ${turn}`);
    if (turn % 20 !== 19 && turn < turns - 1) continue;
    const path = `/conversations/${tab.position.conversation}`;
    const page = await openTab(app.url, { cookie, path });
    views.push({ tab: `${person} ${turn}`, shown: shownIn(tab), page: shownIn(page) });
    for (const each of [tab, page]) each.drop();
    tab = await openTab(app.url, { cookie });
    parent = null;
  }
  tab.drop();
  return views;
}

type Shown = { message: string; html: string };

function shownIn(tab: Tab): Shown[] {
  return tab.replies().map(({ message, body }) => ({ message, html: body.html().join("") }));
}

async function takeTurn(tab: Tab, record: Record, account: string, parent: string | null, text: string) {
  const id = crypto.randomUUID();
  const op = { op: "message.send", id, conversation: tab.position.conversation, parent, text } as const;
  const asked = { op, account, sentMs: [performance.now()], ackedMs: null as number | null, refusals: [] };
  record.asked.set(id, asked);
  const before = tab.replies().length;
  tab.onFrame = (frame) => {
    const shown = tab.replies().at(-1);
    if (frame.type === "reply" && shown?.generation)
      noteShown(record, shown.generation, shown.body.html().join(""));
  };
  tab.ask(op);
  expect((await tab.answered(id)).type).toBe("ack");
  asked.ackedMs = performance.now();
  await tab.until(() => tab.replies().length > before && tab.replies().at(-1)?.generation === null);
  return tab.replies().at(-1)?.message ?? "";
}
