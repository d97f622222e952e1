/** Runs the store's contract against each implementation. */
import { afterAll, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog } from "../../src/log.ts";
import { openFile, openStore, storeOn } from "../../src/store/sqlite.ts";
import type { Store } from "../../src/store/store.ts";
import { layer } from "../../src/store/temporary/layers.ts";
import { memoryOn, openMemory } from "../../src/store/temporary/memory.ts";
import type { Open } from "./store-inputs.ts";
import { accountContract } from "./store-account.ts";
import { assistantsContract } from "./store-assistants.ts";
import { filesContract } from "./store-files.ts";
import { deletionContract } from "./store-deletion.ts";
import { generationsContract } from "./store-generations.ts";
import { organiseContract } from "./store-organise.ts";
import { ownersContract } from "./store-owners.ts";
import { peopleContract } from "./store-people.ts";
import { racesContract } from "./store-races.ts";
import { searchContract } from "./store-search.ts";
import { sharesContract } from "./store-shares.ts";
import { turnsContract } from "./store-turns.ts";
import { windowsContract } from "./store-windows.ts";

const log = createLog({ level: "error", format: "json" });
const folder = await mkdtemp(join(tmpdir(), "banter-store-"));
let files = 0;

storeContract("a store in memory", () => openStore({ path: ":memory:", log }));
storeContract("a store in a file", () => openStore({ path: join(folder, `${++files}.db`), log }));
storeContract("a store of two layers", async () => (await openLayers()).store);
storeContract("a store of two layers, its memory", openTemporary);

afterAll(() => rm(folder, { recursive: true }));

/** What any implementation must do; `open` gives an empty store each time. */
export function storeContract(name: string, open: Open): void {
  for (const [behaviour, check] of Object.entries({
    ...turnsContract,
    ...deletionContract,
    ...generationsContract,
    ...ownersContract,
    ...windowsContract,
    ...organiseContract,
    ...searchContract,
    ...filesContract,
    ...racesContract,
    ...sharesContract,
    ...accountContract,
    ...peopleContract,
    ...assistantsContract,
  })) {
    test(`${name}, ${behaviour}`, async () => {
      const store = await open();
      try {
        await check(store);
      } finally {
        await store.close();
      }
    });
  }
}

async function openLayers() {
  const kept = await openFile({ path: ":memory:", log });
  const file = storeOn(kept, log);
  const memory = memoryOn(await openMemory(log, 2 ** 20), kept, log);
  return { file, memory, store: layer(file, memory, { temporaryPerAccount: 100 }) };
}

/** All that is sent is temporary; what counts or lists asks the memory, as nothing else would. */
async function openTemporary(): Promise<Store> {
  const { file, memory, store } = await openLayers();
  const { count, recover, renew } = memory.store.generations;
  const send: Store["turns"]["send"] = async (input) => {
    await file.sessions.create({ account: input.owner, tokenHash: input.owner, nowMs: 1 });
    return store.turns.send({ ...input, isTemporary: true });
  };
  return {
    ...store,
    lists: memory.store.lists,
    search: memory.store.search,
    shares: memory.store.shares,
    changes: { ...store.changes, sweep: memory.store.changes.sweep, retire: memory.store.changes.retire },
    turns: { ...store.turns, send },
    files: {
      ...store.files,
      add: (file) => store.files.add({ ...file, isTemporary: true }),
      sweep: memory.store.files.sweep,
    },
    generations: { ...store.generations, count, recover, renew },
  };
}
