/** Runs the store's contract against each implementation. */
import { afterAll, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog } from "../../src/log.ts";
import { openStore } from "../../src/store/sqlite.ts";
import type { Open } from "./store-inputs.ts";
import { deletionContract } from "./store-deletion.ts";
import { generationsContract } from "./store-generations.ts";
import { ownersContract } from "./store-owners.ts";
import { turnsContract } from "./store-turns.ts";

const log = createLog({ level: "error", format: "json" });
const folder = await mkdtemp(join(tmpdir(), "banter-store-"));
let files = 0;

storeContract("a store in memory", () => openStore({ path: ":memory:", log }));
storeContract("a store in a file", () => openStore({ path: join(folder, `${++files}.db`), log }));

afterAll(() => rm(folder, { recursive: true }));

/** What any implementation must do; `open` gives an empty store each time. */
export function storeContract(name: string, open: Open): void {
  for (const [behaviour, check] of Object.entries({
    ...turnsContract,
    ...deletionContract,
    ...generationsContract,
    ...ownersContract,
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
