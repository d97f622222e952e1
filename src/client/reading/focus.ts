/** The focus stays in its place when what had it is replaced: who goes by keys would begin again at the top. */

/** Replaces what may have the focus; `replace` returns what stands there now. */
export function keepFocus(target: Element, replace: () => Element | null): void {
  const goOn = focusIn(target);
  const element = replace();
  if (element !== null) goOn?.(element);
}

/**
 * Null where the focus is elsewhere. Else, for later: moves it to what has the same name as what has it now, else to
 * what does the same, else to the first that there is.
 */
export function focusIn(within: Element): ((place: Element) => void) | null {
  const held = document.activeElement;
  if (held === null || !within.contains(held)) return null;
  const keys = [nameOf, deedOf].map((keyOf) => ({ keyOf, was: keyOf(held) }));
  return (place) => {
    if (held.isConnected) return;
    const all = [
      ...place.querySelectorAll<HTMLElement>("button, a[href], summary, input:not([type=hidden])"),
    ];
    const found = keys.map(({ keyOf, was }) => all.find((each) => keyOf(each) === was));
    (found.find((each) => each !== undefined) ?? all[0])?.focus();
  };
}

function nameOf(element: Element): string {
  return element.getAttribute("aria-label") ?? element.textContent.trim();
}

function deedOf(element: Element): string {
  return `${element.closest<HTMLElement>("form")?.dataset["op"]} ${element.className}`;
}
