/** Where a bug can be put between the program's parts; as they are, they change nothing. */
import type { Admission } from "../../../src/chat/admission.ts";
import type { Provider } from "../../../src/inference/provider.ts";
import type { Broadcast } from "../../../src/server/broadcast.ts";
import type { Carrier } from "../../../src/server/connection.ts";
import type { Socket } from "../../../src/server/connection.ts";
import type { Store } from "../../../src/store/store.ts";
import type { World } from "./world.ts";

export type Seams = {
  store(store: Store, world: World): Store;
  carrier(carrier: Carrier, world: World): Carrier;
  provider(provider: Provider, world: World): Provider;
  admission(admission: Admission): Admission;
  broadcast(broadcast: Broadcast, world: World): Broadcast;
  /** Before the server looks at what came. */
  hears(world: World, text: string, socket: Socket): void;
  /** What a tab puts on its line; null keeps it. `said` is all that it has put on any line. */
  says(world: World, text: string, said: Set<string>): string | null;
  recovers: boolean;
  /** Where a bug needs a slow store to show. */
  storeMs?: number;
  isStoreOrdered: boolean;
  /** Where a bug needs a line to show. */
  isCrowded: boolean;
};

export const sound: Seams = {
  store: (store) => store,
  carrier: (carrier) => carrier,
  provider: (provider) => provider,
  admission: (admission) => admission,
  broadcast: (broadcast) => broadcast,
  hears: () => {},
  says: (_, text) => text,
  recovers: true,
  isStoreOrdered: true,
  isCrowded: false,
};

/** A store on several lines, as none is yet: its answers overtake each other. `STORE=overtaking` chooses it. */
const overtaking: Seams = { ...sound, storeMs: 30, isStoreOrdered: false };

export function chosenSeams(): Seams {
  return Bun.env["STORE"] === "overtaking" ? overtaking : sound;
}
