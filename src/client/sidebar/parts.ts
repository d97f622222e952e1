/** Parts of the page that are asked for: older rows, what is found, the menu of a conversation, lists anew. */
import { must } from "../page.ts";
import { applyPatch } from "../patch.ts";
import { labelGroups } from "./rows.ts";
import { askSteps } from "./steps.ts";

/** `changed` is called after each part that came. */
export function startParts(changed: () => void): void {
  const load = async (path: string, isWanted = () => true): Promise<boolean> => {
    const steps = await askSteps(path);
    if (steps === null) return false;
    if (!isWanted()) return true;
    applyPatch({ type: "patch", steps });
    changed();
    return true;
  };
  startSearch(load);
  startMenu(load);
  startOlder(load);
}

type Load = (path: string, isWanted?: () => boolean) => Promise<boolean>;

function startSearch(load: Load): void {
  const field = must<HTMLInputElement>("#search");
  let asked = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  field.addEventListener("input", () => {
    const own = ++asked;
    clearTimeout(timer);
    const text = field.value.trim();
    if (text === "") return must("#found").replaceChildren();
    // Who types on is not done.
    timer = setTimeout(() => {
      void load(`/steps/found?q=${encodeURIComponent(field.value)}`, () => own === asked);
    }, typingMs);
  });
}

function startMenu(load: Load): void {
  let shown: string | null = null;
  const open = async (path: string): Promise<boolean> => {
    const isLoaded = await load(path);
    if (isLoaded) must<HTMLDialogElement>("dialog#menu").showModal();
    return isLoaded;
  };
  document.addEventListener("click", async (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>('[data-opens="menu"]');
    if (link === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    shown = link.dataset["load"] ?? "";
    // Without a line, its page may still be in the browser's memory.
    if (!(await open(shown))) location.assign(link.href);
  });
  let isStale = false;
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    const menu = form.closest("dialog");
    if (menu === null) return;
    if (form.dataset["closes"] === undefined) isStale = form.method !== "dialog";
    else menu.close();
  });
  const refresh = () => {
    const list = document.querySelector<HTMLElement>("#list");
    if (list) void load(list.dataset["live"] ?? "");
    if (isStale && shown !== null) void open(shown);
    isStale = false;
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  onSidebarChange(() => {
    labelGroups();
    clearTimeout(timer);
    timer = setTimeout(refresh, settleMs);
  });
}

/** Older rows come as the reader nears the end of those that are there. */
function startOlder(load: Load): void {
  let isLoading = false;
  const older = async (link: HTMLElement) => {
    if (isLoading) return;
    isLoading = true;
    await load(link.dataset["load"] ?? "");
    isLoading = false;
  };
  const near = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) if (isIntersecting) void older(target as HTMLElement);
    },
    { root: must("#sidebar"), rootMargin: "400px" },
  );
  const watch = () => {
    const link = document.querySelector("[data-older]");
    near.disconnect();
    if (link) near.observe(link);
  };
  watch();
  onSidebarChange(watch);
}

function onSidebarChange(react: () => void): void {
  const observer = new MutationObserver((records) => {
    if (records.every(({ target }) => (target as Element).id === "found")) return;
    react();
    // Of what it has done itself, it need not hear.
    observer.takeRecords();
  });
  observer.observe(must("#sidebar"), { childList: true, subtree: true });
}

const typingMs = 120;
const settleMs = 100;
