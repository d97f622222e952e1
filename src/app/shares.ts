/** Wires links to a branch: who makes them, and who reads by them. */
import type { AppOptions } from "../app.ts";
import { shareLinks } from "../auth/shares.ts";
import { openVault, type Vault } from "../auth/vault.ts";
import { systemClock } from "../clock.ts";
import type { Look } from "../server/look.ts";
import type { RouteParts } from "../server/routes.ts";
import { SharedReaders, type SharedParts } from "../server/shares/readers.ts";

type Kept = Pick<SharedParts, "store" | "bus" | "generations" | "carrier"> &
  Pick<RouteParts["shares"], "reader" | "threadSteps" | "isTemporary"> & { look: Look };

export function startShares(
  { config, log, live }: AppOptions,
  { look, reader, threadSteps, isTemporary, ...parts }: Kept,
): { shares: RouteParts["shares"]; close(): void } {
  const { connections } = live;
  const { secretKey, dataPath, publicUrl, limits } = config;
  const { store, bus } = parts;
  const { templates, version } = look;
  let vault: Promise<Vault> | null = null;
  const links = shareLinks(store, () => (vault ??= openVault(secretKey, dataPath)));
  const readers = new SharedReaders({ ...parts, connections, templates, version, log });
  const streams = { connections, limits };
  const pages = { templates };
  const own = { links, readers, streams, pages, version, threadSteps, isTemporary, publicUrl };
  return {
    shares: { ...own, reader, store, bus, now: systemClock.now, limits },
    close: () => readers.close(),
  };
}
