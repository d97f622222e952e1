/** The server goes in the middle of many replies, and comes back at the same place: who is back when, and with what. */
import { Database } from "bun:sqlite";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderBlocks } from "../../../src/render/markdown.ts";
import { markText } from "../../bench/prose.ts";
import { nowMs, quantile } from "../../bench/usage.ts";
import { startProgram, type Program } from "../../support/process.ts";
import type { Came, Coming, Sending } from "./crowd.ts";
import { textFor } from "./expected.ts";
import { hashOf, type PersonState } from "./person.ts";
import { startCrowd, startModel, type Child } from "./programs.ts";

export type RestartPlan = {
  signal: "SIGTERM" | "SIGKILL";
  streams: number;
  /** Further people, who send in the moment in which the server goes. */
  senders: number;
};

export type RestartFigures = {
  exitCode: number;
  /** From the first line lost until the new process served. */
  downMs: number;
  /** From the loss of a line until its tab had been led to the present. */
  backP50Ms: number;
  backMaxMs: number;
  lost: string[];
};

const perSecond = 10;
/** Longer than any of it takes: what is cut is cut by the server's end. */
const tokens = 6000;

export async function measureRestart(plan: RestartPlan): Promise<RestartFigures> {
  const folder = await mkdtemp(join(tmpdir(), "banter-restart-"));
  try {
    return await restart(plan, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function restart({ signal, streams, senders }: RestartPlan, folder: string): Promise<RestartFigures> {
  await using model = await startModel();
  await using crowd = startCrowd();
  const settings = { folder, env: { ...model.env, PORT: String(await quietPort()) } };
  await using first = await startProgram(settings);
  const all = { from: 0, count: streams + senders };
  const streaming = { from: 0, count: streams };
  await crowd.ask<Came>("come", { ...all, url: first.url } satisfies Coming);
  await crowd.ask("send", { ...streaming, tokens, perSecond } satisfies Sending);
  await untilAll(crowd, streaming, ({ markedMs }) => markedMs.length > 0);
  await crowd.ask("begin", { from: streams, count: senders, tokens: 20, perSecond: 100 } satisfies Sending);
  const killedMs = nowMs();
  const exitCode = await first.end(signal);
  await using second = await startProgram(settings);
  const upMs = nowMs();
  const states = await crowd.ask<PersonState[]>("back", { ...all, times: 1 });
  await crowd.ask("ended", { from: streams, count: senders });
  const backMs = states.flatMap((state) => state.backMs);
  // Back from a loss at this moment: the first of them lost his line before all others.
  const lostMs = Math.min(...states.map((state) => state.lostMs ?? upMs));
  const lost = [
    ...lostWords(
      states.slice(0, streams),
      second,
      signal === "SIGKILL" ? killedMs - checkpointedMs : killedMs,
    ),
    ...lostMessages(await crowd.ask<PersonState[]>("states", all), second),
  ];
  return {
    exitCode,
    downMs: upMs - lostMs,
    backP50Ms: quantile(backMs, 0.5),
    backMaxMs: Math.max(...backMs),
    lost,
  };
}

/** What a kill may cost: text of the last 250 ms. */
const checkpointedMs = 250;

async function untilAll(
  crowd: Child,
  some: { from: number; count: number },
  holds: (state: PersonState) => boolean,
): Promise<void> {
  while (!(await crowd.ask<PersonState[]>("states", some)).every(holds)) await Bun.sleep(100);
}

type Row = { conversation: string; role: string; parts: string; state: string | null };

/** What is kept of each reply is a beginning of what the model said, has all that was seen by then, and is shown. */
function lostWords(states: PersonState[], server: Program, seenByMs: number): string[] {
  const replies = new Map(
    rowsOf(server)
      .filter((row) => row.role === "assistant")
      .map((row) => [row.conversation, row]),
  );
  return states.flatMap(({ number, conversation, shown, markedMs, troubles }) => {
    const row = replies.get(conversation);
    if (row === undefined) return [`${number} has no reply`];
    const text = (JSON.parse(row.parts) as { text: string }[]).map((part) => part.text).join("");
    const seen = markedMs.filter((atMs) => atMs < seenByMs).length;
    return [
      ...(row.state === "interrupted" ? [] : [`the reply of ${number} is ${row.state}`]),
      ...(textFor(number, tokens).startsWith(text) ? [] : [`${number} has words that were not said`]),
      ...(seen === 0 || text.includes(markText(seen - 1)) ? [] : [`${number} has lost words that he saw`]),
      ...(shown === hashOf(renderBlocks(text).join("")) ? [] : [`${number} sees other words than are kept`]),
      ...troubles.map((trouble) => `${number}: ${trouble}`),
    ];
  });
}

/** Each message is there once, and has one reply. */
function lostMessages(states: PersonState[], server: Program): string[] {
  const roles = Map.groupBy(rowsOf(server), (row) => row.conversation);
  return states.flatMap(({ number, conversation }) => {
    const found = (roles.get(conversation) ?? []).map((row) => row.role).join();
    return found === "user,assistant" ? [] : [`${number} has ${found || "nothing"}`];
  });
}

function rowsOf({ dataPath }: Program): Row[] {
  const db = new Database(dataPath, { readonly: true });
  try {
    return db
      .query<Row, []>(
        `SELECT m.conversation, m.role, m.parts, g.state FROM messages AS m
         LEFT JOIN generations AS g ON g.owner = m.owner AND g.message = m.id ORDER BY m.number`,
      )
      .all();
  } finally {
    db.close(true);
  }
}

/** Below those that connections go out by: while nobody listens there, one of those could connect to itself. */
async function quietPort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}
