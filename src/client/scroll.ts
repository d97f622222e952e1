/** Follows the end of the conversation, until the reader looks at something else. */
import { must } from "./page.ts";

const scroller = must<HTMLElement>("[data-scroll]");
const button = must<HTMLElement>("[data-to-end]");
let isFollowing = true;
let top = 0;
let size = sizeOf();

export function startScrolling(): void {
  scroller.addEventListener("scroll", () => {
    // The layout moved it, not the reader: what watches the size follows.
    if (sizeOf() !== size) return;
    const isAtEnd = scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop < nearPx;
    // Only the reader scrolls up: growing content never does.
    if (scroller.scrollTop < top - 1 && !isAtEnd) isFollowing = false;
    else if (isAtEnd) isFollowing = true;
    top = scroller.scrollTop;
    button.hidden = isFollowing;
  });
  button.addEventListener("click", toEnd);
  new ResizeObserver(() => {
    size = sizeOf();
    follow();
  }).observe(scroller);
  if (location.hash === "") toEnd();
}

function sizeOf(): string {
  return `${scroller.clientWidth} × ${scroller.clientHeight}`;
}

/** After the page has changed. */
export function follow(): void {
  if (isFollowing) scroller.scrollTop = scroller.scrollHeight;
}

export function toEnd(): void {
  isFollowing = true;
  button.hidden = true;
  follow();
}

const nearPx = 24;
