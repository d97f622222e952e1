/** A sheet over the chat with what a link leads to: the picker and the like, without leaving the page. */
import { must } from "../page.ts";
import { parseHtml } from "../patch.ts";

const sheet = must<HTMLDialogElement>("[data-sheet-dialog]");
const body = must<HTMLElement>("[data-sheet-body]", sheet);

export function startSheet(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const link = target.closest<HTMLAnchorElement>("a[data-sheet]");
    const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (link !== null && isPlain) {
      event.preventDefault();
      void open(link.href);
    } else if (target === sheet || target.closest("[data-close]")) sheet.close();
  });
  sheet.addEventListener("input", (event) => {
    const finder = (event.target as Element).closest<HTMLFormElement>("[data-finder]");
    if (finder !== null) find(finder);
  });
  sheet.addEventListener("submit", (event) => {
    const isFinder = (event.target as Element).matches("[data-finder]");
    if (isFinder) {
      event.preventDefault();
      choices()[0]?.click();
      // A star is no choice: what it changes is told to the page as it is to all others.
    } else if (!event.submitter?.hasAttribute("formaction")) sheet.close();
  });
  sheet.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined || (event.target as Element).matches("select, textarea")) return;
    event.preventDefault();
    const all = choices();
    all[all.indexOf(event.target as HTMLButtonElement) + step]?.focus();
  });
}

function choices(): HTMLButtonElement[] {
  const choice = 'button[name="model"]:not([formaction]), .models__rival button';
  return [...sheet.querySelectorAll<HTMLButtonElement>(choice)];
}

async function open(href: string): Promise<void> {
  const html = await ask(href, "sheet");
  if (html === null) return location.assign(href);
  body.replaceChildren(parseHtml(html));
  if (!sheet.open) sheet.showModal();
  body.querySelector<HTMLElement>("[autofocus]")?.focus();
}

let wait: ReturnType<typeof setTimeout> | undefined;

function find(finder: HTMLFormElement): void {
  clearTimeout(wait);
  wait = setTimeout(async () => {
    const asked = new URLSearchParams(new FormData(finder) as never);
    const html = await ask(`${finder.action}?${asked}`, "list");
    if (html !== null) must("[data-list]", sheet).replaceChildren(parseHtml(html));
  }, settleMs);
}

let asking = new AbortController();

/** Null where it can't be had, or something else has been asked for since. */
async function ask(href: string, part: string): Promise<string | null> {
  asking.abort();
  const url = new URL(href);
  url.searchParams.set("part", part);
  const { signal } = (asking = new AbortController());
  try {
    const response = await fetch(url, { signal });
    return response.ok ? await response.text() : null;
  } catch {
    return null;
  }
}

/** What is typed quickly is asked for once. */
const settleMs = 80;
