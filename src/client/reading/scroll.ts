/** Follows the end of the conversation, until the reader looks at something else. */
import { conversation, laterLink, must } from "../page.ts";

const scroller = must<HTMLElement>("[data-scroll]");
const button = must<HTMLElement>("[data-to-end]");
// Who came for one message, or to a list, is not taken elsewhere.
let isFollowing =
  !location.hash.startsWith("#m-") && document.getElementById("list") === null && laterLink() === null;
/** A finger or a pressed button is on it: nothing moves under it. */
let isHeld = false;
let top = 0;
/** The next event of its moving was made here. */
let isOwn = false;
let size = sizeOf();

export function startScrolling(): void {
  scroller.addEventListener("scroll", () => {
    // Our own: to ask where it led would lay the page out before its time. Who left may have moved in the same frame.
    if (!isOwn || !isFollowing) noteScroll();
    isOwn = false;
  });
  obeyReader();
  button.addEventListener("click", () => {
    toEnd();
    // The button goes, and the focus would be nowhere.
    scroller.focus({ preventScroll: true });
  });
  // Told between layout and paint: where the end is costs nothing to ask then, and nobody sees it elsewhere.
  const sizes = new ResizeObserver((entries) => {
    if (entries.some(({ target }) => target === scroller)) {
      if (sizeOf() !== size) top = 0;
      size = sizeOf();
    }
    follow();
  });
  for (const element of [scroller, ...scroller.children]) sizes.observe(element);
  if (isFollowing) toEnd();
}

/** With each line that comes: each question to the page costs, though its answer is known. */
function follow(): void {
  const before = isFollowing ? scroller.scrollTop : 0;
  // A jump, to a footnote or to what was searched for, of which the event is still to come.
  if (isFollowing && before < top - goneMaxPx && toGo() > 1) isFollowing = false;
  if (isFollowing && !isHeld) {
    scroller.scrollTop = endPx;
    top = scroller.scrollTop;
    isOwn ||= top !== before;
  }
  show();
}

export function toEnd(): void {
  if (laterLink() !== null) return location.assign(`/conversations/${conversation()}`);
  isFollowing = true;
  isHeld = false;
  top = 0;
  follow();
}

/** The reader looks at something here: it stays where it is. */
export function leave(): void {
  isFollowing = false;
  follow();
}

/** What comes in above the reader's eyes does not move what is under them. */
export function keepPlace(change: () => void): void {
  const below = scroller.scrollHeight - scroller.scrollTop;
  // Else the browser would do the same once more.
  scroller.toggleAttribute("data-following", true);
  change();
  scroller.scrollTop = scroller.scrollHeight - below;
  top = scroller.scrollTop;
  show();
}

/** Once, when the element is about to come into view. */
export function whenNear(element: Element, work: () => void): void {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      work();
    },
    { root: scroller, rootMargin: "1000px 0px" },
  );
  observer.observe(element);
}

function noteScroll(): void {
  // The layout moved it, not the reader: what watches the size follows.
  if (sizeOf() !== size) return;
  const [at, left] = [scroller.scrollTop, toGo()];
  // Growing content never moves it up, and shrinking content leaves it at the end: but more may have come by now.
  const mayBeGone = isFollowing && Math.abs(at + left - top) > 1;
  if (at < top - (mayBeGone ? goneMaxPx : 0) && left > 1) isFollowing = false;
  else if (at > top && left < nearPx) isFollowing = laterLink() === null;
  top = at;
  show();
}

function show(): void {
  const isNear = isFollowing || (toGo() < nearPx && laterLink() === null);
  if (button.hidden !== isNear) button.hidden = isNear;
  if (scroller.hasAttribute("data-following") !== isFollowing) {
    scroller.toggleAttribute("data-following", isFollowing);
  }
}

/** What leads up is obeyed before it has moved anything: the next words would pull the page back. */
function obeyReader(): void {
  const goUp = () => scroller.scrollTop > 0 && leave();
  scroller.addEventListener(
    "wheel",
    ({ deltaX, deltaY, ctrlKey }) => {
      if (deltaY < 0 && -deltaY > Math.abs(deltaX) && !ctrlKey) goUp();
    },
    { passive: true },
  );
  document.addEventListener("keydown", ({ key, shiftKey, target }) => {
    const isWriting = target instanceof Element && target.closest("textarea, input") !== null;
    if (!isWriting && (upKeys.includes(key) || (key === " " && shiftKey))) goUp();
  });
  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    if (selection && !selection.isCollapsed && scroller.contains(selection.anchorNode)) leave();
  });
  scroller.addEventListener("click", ({ target }) => {
    if (target instanceof Element && target.closest("summary")) leave();
  });
  const hold = () => (isHeld = true);
  const release = () => {
    isHeld = false;
    follow();
  };
  // A press on the scrollbar has the scroller for its target, and no end that is told.
  scroller.addEventListener("pointerdown", (event) => event.target !== scroller && hold());
  scroller.addEventListener("touchstart", hold, { passive: true });
  for (const end of ["pointerup", "pointercancel", "touchend", "touchcancel"]) addEventListener(end, release);
}

function toGo(): number {
  return scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop;
}

function sizeOf(): string {
  return `${scroller.clientWidth} × ${scroller.clientHeight}`;
}

const upKeys = ["ArrowUp", "PageUp", "Home"];
const nearPx = 24;
/** What is taken away at the end at once is no taller: a card, with what stands below it. */
const goneMaxPx = 240;
/** Further than any chat goes: browsers take the end for it. */
const endPx = 1e7;
