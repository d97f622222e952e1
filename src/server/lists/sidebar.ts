/** What a sidebar holds, read from the store; and where in a list one is, as an address can hold it. */
import type { SidebarData } from "../../render/sidebar/rows.ts";
import type { Store } from "../../store/store.ts";
import type { Place } from "../../store/conversations/list-store.ts";

export type SidebarLimits = { sidebarRows: number; pinnedRows: number; sidebarTags: number };

export function sidebarReader(store: Store, limits: SidebarLimits): (owner: string) => Promise<SidebarData> {
  const counts = { pinned: limits.pinnedRows, recent: limits.sidebarRows, tags: limits.sidebarTags };
  return async (owner) => {
    const { pinned, recent, tags } = await store.lists.sidebar(owner, counts);
    return { pinned, recent: recent.rows, next: addressOf(recent.next), tags };
  };
}

export function addressOf(place: Place | null): string | null {
  return place === null ? null : `${place.updatedMs}.${place.number}`;
}

/** Null for what is none: a list then begins at its top. */
export function placeIn(address: string | null): Place | null {
  const [, updatedMs, number] = /^(\d{1,15})\.(\d{1,15})$/.exec(address ?? "") ?? [];
  return updatedMs === undefined ? null : { updatedMs: Number(updatedMs), number: Number(number) };
}
