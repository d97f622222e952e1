/** The sidebar's rows: each in its place, under the group that its time has in the reader's own zone. */
import { dayGroup, midnight } from "../../render/sidebar/days.ts";
import { language, must, word } from "../page.ts";
import { keepFocus } from "../reading/focus.ts";

/** In the place of the one that was there; one that belongs below all that is loaded comes when that is loaded. */
export function insertRow(rows: Element, fragment: DocumentFragment): void {
  const row = fragment.firstElementChild;
  if (row === null) return;
  const known = document.getElementById(row.id);
  keepFocus(known ?? row, () => {
    known?.remove();
    const next = [...rows.children].find((other) => !comesBefore(other, row)) ?? null;
    if (next !== null || document.querySelector("[data-older]") === null) rows.insertBefore(row, next);
    return row;
  });
  // It now differs from what the server called it by: the next join gets it whole.
  rows.removeAttribute("data-hash");
}

/** Says the groups anew after rows have moved, and when the day ends. */
export function startGroups(): void {
  labelGroups();
  document.addEventListener("visibilitychange", labelGroups);
  const untilTomorrow = () => {
    setTimeout(() => (labelGroups(), untilTomorrow()), midnight(nowMs(), -1) - nowMs() + 1000);
  };
  untilTomorrow();
}

export function labelGroups(): void {
  let last = "";
  const seen = new Set<string>();
  for (const row of must("#sidebar-rows").querySelectorAll<HTMLElement>(":scope > [data-updated]")) {
    // Moved up while the page of older ones that it was on came.
    if (seen.has(row.id)) row.remove();
    seen.add(row.id);
    const group = isPinned(row) ? word("pinned") : dayGroup(updatedMs(row), nowMs(), language, word);
    const heading = must<HTMLElement>("[data-group]", row);
    const text = group === last ? "" : group;
    last = group;
    if (heading.textContent !== text) heading.textContent = text;
    heading.hidden = text === "";
  }
}

/** By its own time: a reply's end changes a row, but does not move it. */
function comesBefore(one: Element, other: Element): boolean {
  if (isPinned(one) !== isPinned(other)) return isPinned(one);
  return updatedMs(one) > updatedMs(other);
}

function isPinned(row: Element): boolean {
  return row.getAttribute("data-pinned") !== null;
}

function updatedMs(row: Element): number {
  return Number(row.getAttribute("data-updated"));
}

let skewMs: number | null = null;

/** A clock that is days off would put everything into the wrong group: then the server's counts. */
function nowMs(): number {
  if (skewMs === null) {
    const offMs = Number(must<HTMLElement>("#sidebar").dataset["now"]) - Date.now();
    skewMs = Math.abs(offMs) > 2 * 86_400_000 ? offMs : 0;
  }
  return Date.now() + skewMs;
}
