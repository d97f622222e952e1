/** What is selected in a message can be quoted in the composer: a button stands beside it. */
import { must } from "../page.ts";

const button = must<HTMLElement>("[data-quote]");
/** Kept when the selection goes, as it does where the palette has the focus. */
let selected = "";
let timer: ReturnType<typeof setTimeout> | undefined;

export function startQuoting(insert: (markdown: string) => void): void {
  document.addEventListener("selectionchange", () => {
    clearTimeout(timer);
    if (rangeOfMessage() === null) button.hidden = true;
    else timer = setTimeout(offer, stillMs);
  });
  const hide = () => !button.hidden && (button.hidden = true);
  document.addEventListener("scroll", hide, { capture: true, passive: true });
  // The selection would go before the click comes.
  button.addEventListener("pointerdown", (event) => event.preventDefault());
  button.addEventListener("click", () => {
    button.hidden = true;
    document.getSelection()?.removeAllRanges();
    insert(quote(selected));
  });
}

/** As Markdown; an empty line inside stays in the quotation. */
export function quote(text: string): string {
  const lines = text.trim().split(/\r?\n/);
  return lines.map((line) => `> ${line}`.trimEnd()).join("\n");
}

function offer(): void {
  const range = rangeOfMessage();
  if (range === null) return;
  selected = String(document.getSelection());
  button.hidden = false;
  const { left, top, bottom, width } = range.getBoundingClientRect();
  const own = button.getBoundingClientRect();
  const end = must("[data-scroll]").getBoundingClientRect().bottom;
  const isRoomBelow = bottom + gapPx + own.height < end;
  const y = isRoomBelow ? bottom + gapPx : Math.max(gapPx, top - gapPx - own.height);
  const x = Math.min(Math.max(gapPx, left + width / 2 - own.width / 2), innerWidth - own.width - gapPx);
  button.style.translate = `${x}px ${y}px`;
}

/** What is selected, where all of it is in one message. */
function rangeOfMessage(): Range | null {
  const selection = document.getSelection();
  if (selection === null || selection.isCollapsed || String(selection).trim() === "") return null;
  const range = selection.getRangeAt(0);
  const within = range.commonAncestorContainer;
  const element = within instanceof Element ? within : within.parentElement;
  return element?.closest("[data-body], [data-own], [data-reasoning-text]") ? range : null;
}

/** While the mouse still draws, a button would be in the way. */
const stillMs = 200;
const gapPx = 8;
