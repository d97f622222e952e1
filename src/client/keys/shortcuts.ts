/** Keys that do something wherever the focus is; templates/shortcuts.hbs lists them. */
import { must } from "../page.ts";
import { togglePalette } from "./palette.ts";

const isMac = /Mac|iP/.test(navigator.platform);

export function startShortcuts(): void {
  if (isMac) for (const key of document.querySelectorAll("[data-mod]")) key.textContent = "⌘";
  const list = must<HTMLDialogElement>("[data-shortcuts]");
  list.addEventListener("click", ({ target }) => target === list && list.close());
  document.addEventListener("click", ({ target }) => {
    if ((target as Element).closest("[data-shortcuts-open]")) list.showModal();
  });
  document.addEventListener("keydown", (event) => {
    const action = event.defaultPrevented ? undefined : actionOf(event);
    if (action === undefined) return;
    event.preventDefault();
    if (action === "palette") togglePalette();
    else if (document.querySelector("dialog[open]") !== null) return;
    else if (action === "list") list.showModal();
    else document.querySelector<HTMLElement>(action)?.click();
  });
}

/** The palette, the list of keys, or what is to be clicked. */
function actionOf(event: KeyboardEvent): string | undefined {
  if (isMac ? event.metaKey : event.ctrlKey) {
    const key = nameOf(event);
    if (event.shiftKey) return { O: "[data-new]", 9: "[data-quote]:not([hidden])" }[key];
    return key === "K" ? "palette" : undefined;
  }
  const isTyping = (event.target as Element).matches("input, textarea, select, [contenteditable]");
  if (isTyping) return undefined;
  return { "?": "list", "/": "label[for='search']" }[event.key];
}

/** Latin letters as they are written; other scripts' keys, and digits, by where they stand. */
function nameOf({ key, code }: KeyboardEvent): string {
  return /^[a-z]$/i.test(key) ? key.toUpperCase() : code.replace(/^(Key|Digit)/, "") || key;
}
