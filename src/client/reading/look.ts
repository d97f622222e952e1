/** Whether anybody looks at the page: what ends in a tab behind others, nobody has read. */

export function isLookedAt(): boolean {
  return document.visibilityState === "visible";
}

/** Told when somebody looks again, and a while after nobody does any more. */
export function onLook(told: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    // A page that is left for another is hidden first: by then it is gone.
    if (isLookedAt()) told();
    else timer = setTimeout(told, leftMs);
  });
}

const leftMs = 500;
