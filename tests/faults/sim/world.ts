/** All that a schedule runs in: time, chance, a store, people with their tabs, and a server or none. */
import type { Viewer } from "../../../src/server/access/viewer.ts";
import type { Log } from "../../../src/log.ts";
import { createLook, type Look } from "../../../src/server/look.ts";
import { openFile, type StoreFile } from "../../../src/store/sqlite.ts";
import { randomOf, type Random } from "../../support/random.ts";
import { createJournal, type Journal } from "./journal.ts";
import { createWire, type End, type Wire } from "./network.ts";
import type { Seams } from "./seams.ts";
import { limitsOf, type limits } from "./settings.ts";
import { bootServer, type Server } from "./server.ts";
import { Tab } from "./tab.ts";
import { createTime, type Time } from "./time.ts";

/** `name` is in every word that is theirs, and nowhere else: no id and no hash has its letters. */
export type Person = Viewer & { name: string };

export type World = {
  seed: number;
  time: Time;
  journal: Journal;
  seams: Seams;
  look: Look;
  file: StoreFile;
  /** How long the store may take to begin, and to answer; 0 for SQLite beside the program. */
  storeMs: number;
  limits: typeof limits;
  people: Person[];
  tabs: Tab[];
  server: Server | null;
  /** How each generation ended, as seen so far. */
  ends: Map<string, string>;
  /** Chance for one purpose: what else happens does not change it. */
  randomFor(purpose: string): Random;
  newId(): string;
  nameOf(account: string): string;
  wire(client: End, server: End): Wire;
  openTab(person: Person, path: string): Tab;
};

const log: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };
const watching = new AbortController();
const look = await createLook(watching.signal, log);
// As it was at the beginning, it stays.
watching.abort();
const startMs = Date.UTC(2026, 0, 1);

export async function createWorld(seed: number, seams: Seams, tell: (line: string) => void): Promise<World> {
  const time = createTime(startMs);
  const journal = createJournal(tell);
  const randomFor = (purpose: string) => randomOf(Number(Bun.hash(`${seed} ${purpose}`) & 0x7fffffffn));
  const ids = randomFor("ids");
  const newId = () => uuidOf(ids);
  const kind = randomFor("store").below(10);
  const people = ["änna", "bërt"].map((name) => ({
    name,
    account: newId(),
    tokenHash: name,
    language: "en" as const,
  }));
  let wires = 0;
  const world: World = {
    seed,
    time,
    journal,
    seams,
    look,
    file: await emptyFile(),
    limits: limitsOf(randomFor("limits"), seams.isCrowded),
    storeMs: seams.storeMs ?? (kind < 7 ? 0 : kind < 8 ? 6 : 30),
    people,
    tabs: [],
    server: null,
    ends: new Map(),
    randomFor,
    newId,
    nameOf: (account) => people.find((person) => person.account === account)?.name ?? "",
    wire: (client, server) => createWire(time, randomFor(`wire ${wires++}`), client, server),
    openTab(person, path) {
      const tab = new Tab(world, person, `${person.name} ${world.tabs.length}`);
      world.tabs.push(tab);
      tab.load(path);
      return tab;
    },
  };
  boot(world);
  const [anna] = people;
  if (anna !== undefined) world.openTab(anna, "/");
  await time.pass(400);
  return world;
}

/** The next process on the same store. */
export function boot(world: World): void {
  world.server = bootServer(world, `process-${world.journal.deaths.size}`);
}

export function closeWorld(world: World): void {
  for (const tab of world.tabs) tab.close();
  world.server?.kill();
  unused.push(world.file);
}

const unused: StoreFile[] = [];

/** Opening one takes as long as half a schedule, so that the file goes from one to the next, its statements with it. */
async function emptyFile(): Promise<StoreFile> {
  const known = unused.pop();
  const file = known ?? (await openFile({ path: ":memory:", log }));
  if (known === undefined) {
    file.db.prepare = preparedOnce(file.db);
    for (const table of ["messages", "generations"]) file.db.run(noteGone(table));
  }
  for (const table of ["accounts", "processes", "gone"]) file.db.run(`DELETE FROM ${table}`);
  return file;
}

function preparedOnce(db: StoreFile["db"]): StoreFile["db"]["prepare"] {
  const prepare = db.prepare.bind(db) as (sql: string) => never;
  const known = new Map<string, never>();
  return (sql: string) => {
    const statement = known.get(sql) ?? prepare(sql);
    known.set(sql, statement);
    return statement;
  };
}

function uuidOf(random: Random): string {
  const hex = Array.from({ length: 4 }, () =>
    random
      .below(2 ** 32)
      .toString(16)
      .padStart(8, "0"),
  ).join("");
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-8$4-$5");
}

/** What is deleted is noted in the same transaction, whoever deletes it. */
function noteGone(table: string): string {
  return `
    CREATE TEMP TABLE IF NOT EXISTS gone (id TEXT NOT NULL);
    CREATE TEMP TRIGGER ${table}_gone AFTER DELETE ON ${table} BEGIN INSERT INTO gone VALUES (old.id); END`;
}
