/** Kills a busy server again and again, with its lines cut all the while, and then checks what is left. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../../support/process.ts";
import { copyProject, type ProjectCopy } from "../../support/project-copy.ts";
import { randomOf, type Random } from "../../support/random.ts";
import { check, type Verdict } from "../check/check.ts";
import { createRecord, readKept, type Record } from "../check/record.ts";
import type { Cut } from "../means/line.ts";
import { isOver, startFaultyModel } from "../means/model.ts";
import { plansOf } from "../means/plan.ts";
import { startProxy, type Proxy } from "../means/proxy.ts";
import { Person } from "./person.ts";
import { MortalServer, quietPort } from "./server.ts";

export type Ordeal = {
  seed: number;
  /** SIGKILLs; now and then a SIGTERM or a sleep comes between them. */
  kills: number;
  /** Goes on until as many sockets have been cut. */
  cuts: number;
  people: number;
  /** However little has been done by then, it ends: a busy machine takes ten times as long. */
  secondsMax: number;
  /** Runs under `bun --hot`, and kills it around an edit. */
  isHot?: boolean;
  tell?(line: string): void;
};

export type Survived = Verdict & { kills: number; cuts: number; calls: number; seconds: number };

type Scene = {
  ordeal: Ordeal;
  random: Random;
  record: Record;
  server: MortalServer;
  proxy: Proxy;
  copy: ProjectCopy | null;
};

export async function endure(ordeal: Ordeal): Promise<Survived> {
  const startMs = performance.now();
  const random = randomOf(ordeal.seed);
  const folder = await mkdtemp(join(tmpdir(), "banter-ordeal-"));
  const copy = ordeal.isHot ? await copyProject() : null;
  const key = `key-${crypto.randomUUID()}`;
  await using model = await startFaultyModel(
    plansOf(ordeal.seed, { piecesMax: 160, everyMsMax: 30 }),
    (text) => /^\S+ asks \d+$/.test(text),
  );
  const record = createRecord(model.calls);
  const place = { url: "" };
  let isCutting = true;
  const cutOf = () => (isCutting ? randomCut(random) : null);
  await using proxy = await startProxy({ target: () => place.url, seed: ordeal.seed, cutOf });
  const env = {
    INFERENCE_URL: model.url,
    MODEL: "test",
    INFERENCE_KEY: key,
    PUBLIC_URL: proxy.url,
  };
  const server = new MortalServer({ folder, env, record, copy }, await quietPort());
  place.url = server.url;
  const people = Array.from({ length: ordeal.people }, (_, index) => {
    return new Person({ name: `person${index}`, url: proxy.url, record, random });
  });
  try {
    await server.start();
    const kills = await torment({ ordeal, random, record, server, proxy, copy });
    isCutting = false;
    await comeToRest(record, people, server.dataPath);
    const views = (await Promise.all(people.map((person) => person.views()))).flat();
    const kept = readKept(server.dataPath);
    const secrets = [
      key,
      ...people.map(({ secret }) => secret),
      ...kept.messages.map(({ text }) => text.slice(0, 24)),
    ];
    const places = new Map([["the log", server.log()]]);
    const verdict = check(record, {
      kept,
      views,
      places,
      secrets: secrets.filter((secret) => secret !== ""),
    });
    const cuts = proxy.cuts.up + proxy.cuts.down;
    return {
      ...verdict,
      kills,
      cuts,
      calls: model.calls.length,
      seconds: (performance.now() - startMs) / 1000,
    };
  } finally {
    await Promise.all(people.map((person) => person.rest().then(() => person.end())));
    await server.kill("SIGKILL");
    await copy?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Anywhere in the first frames of a line, at a frame's end or inside one. */
function randomCut(random: Random): Cut {
  return {
    way: random.below(4) === 0 ? "up" : "down",
    frames: 1 + random.below(random.below(3) === 0 ? 60 : 12),
    bytes: random.below(2) === 0 ? 0 : random.below(200),
    how: random.below(2) === 0 ? "end" : "reset",
  };
}

async function torment(scene: Scene): Promise<number> {
  const { ordeal, random, proxy, server } = scene;
  let kills = 0;
  const cuts = () => proxy.cuts.up + proxy.cuts.down;
  const endMs = performance.now() + ordeal.secondsMax * 1000;
  while ((kills < ordeal.kills || cuts() < ordeal.cuts) && performance.now() < endMs) {
    await untilBusy(scene);
    await Bun.sleep(random.below(400));
    const kind = kills < ordeal.kills ? random.below(12) : 12;
    // Not every edit is followed by a death.
    if (scene.copy !== null && kind < 4) await edit(scene.copy, random);
    else if (kind === 0) await server.freeze(200 + random.below(1800));
    else if (kind < 12) {
      const how = kind < 3 ? "SIGTERM" : "SIGKILL";
      if (scene.copy !== null) await edit(scene.copy, random);
      await server.kill(how);
      if (how === "SIGKILL") kills += 1;
      if (how === "SIGKILL" && kills % 10 === 0) ordeal.tell?.(`${kills} kills, ${cuts()} cuts`);
      await server.start();
    }
  }
  return kills;
}

/** Now and then it is killed while it starts, or while people come back. */
async function untilBusy({ record, random, ordeal }: Scene): Promise<void> {
  if (random.below(8) === 0) return;
  const inMidReply = () => record.calls.filter((call) => !isOver(call) && call.sent.length > 1);
  const isBusy = () => inMidReply().length >= ordeal.people / 2;
  // Where people only look around for so long, it is killed all the same.
  await until("replies under way", isBusy, 10_000).catch(() => null);
}

/** Something is to be loaded again, and has been or not when the kill comes. */
async function edit(copy: ProjectCopy, random: Random): Promise<void> {
  const how = random.below(2) === 0 ? "write" : "rename";
  await copy.edit("src/errors.ts", (text) => `${text}// ${crypto.randomUUID()}\n`, how);
  await Bun.sleep(random.below(200));
}

async function comeToRest(record: Record, people: Person[], dataPath: string): Promise<void> {
  await Promise.all(people.map((person) => person.rest()));
  const isResting = () =>
    people.every((person) => person.isIdle) &&
    readKept(dataPath).generations.every(({ state }) => state !== "running") &&
    record.calls.every(isOver);
  try {
    await until("rest", isResting, 60_000);
    // What is told of the last end, and the model's hearing of the last stop.
    await Bun.sleep(1000);
  } catch {
    record.wrongs.push("it never came to rest");
  }
}
