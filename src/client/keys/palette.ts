/** The palette: every action and conversation by name. An action is a click on what the page has for it. */
import { must } from "../page.ts";
import { isComposing } from "./enter.ts";
import { findByTitle } from "./found.ts";
import { rank } from "./match.ts";

const dialog = must<HTMLDialogElement>("[data-palette]");
const field = must<HTMLInputElement>("input", dialog);
const list = must<HTMLElement>("[role=listbox]", dialog);

type Choice = { name: string; option(): HTMLElement; run(): void; href?: string };

/** What there is to choose from, as of its opening: as the page has it, so the newest conversation first. */
let choices: Choice[] = [];
let shown: Choice[] = [];
let chosen = 0;

export function startPalette(): void {
  field.addEventListener("input", () => {
    show();
    askSoon();
  });
  field.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) choose(chosen + step);
    else if (event.key === "Enter" && !isComposing(event)) run();
    else return;
    event.preventDefault();
  });
  list.addEventListener("pointermove", ({ target }) => {
    const option = (target as Element).closest<HTMLElement>("[role=option]");
    if (option !== null) choose([...list.children].indexOf(option));
  });
  list.addEventListener("click", run);
  // The dialog itself is what is around its content.
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
}

export function togglePalette(): void {
  if (dialog.open) return dialog.close();
  choices = [...actions(), ...conversations()];
  field.value = "";
  show();
  dialog.showModal();
}

function* actions(): Generator<Choice> {
  const { content } = must<HTMLTemplateElement>("template[data-actions]", dialog);
  for (const blank of content.children) {
    const name = blank.getAttribute("data-name") ?? "";
    const option = () => blank.cloneNode(true) as HTMLElement;
    const href = blank.getAttribute("data-href");
    if (href !== null) yield { name, option, run: () => location.assign(href) };
    const selector = blank.getAttribute("data-click");
    if (selector === null) continue;
    const target = [...document.querySelectorAll<HTMLElement>(selector)].findLast((each) =>
      each.checkVisibility(),
    );
    if (target === undefined) continue;
    yield { name, option, run: () => press(target) };
  }
}

function* conversations(): Generator<Choice> {
  for (const link of document.querySelectorAll<HTMLAnchorElement>("#sidebar-rows [data-conversation-link]")) {
    yield conversationOf(link.textContent.trim(), link.href);
  }
}

function conversationOf(name: string, href: string): Choice {
  const blank = must<HTMLTemplateElement>("template[data-row]", dialog).content;
  const option = () => {
    const row = must<HTMLElement>("li", blank.cloneNode(true) as DocumentFragment);
    must("[data-text]", row).textContent = name;
    return row;
  };
  return { name, href, option, run: () => location.assign(href) };
}

let timer: ReturnType<typeof setTimeout> | undefined;

/** The page has a row of the newest conversations alone. */
function askSoon(): void {
  clearTimeout(timer);
  const query = field.value.trim();
  if (query.length < askedMin) return;
  timer = setTimeout(async () => {
    const found = await findByTitle(query);
    if (!dialog.open || field.value.trim() !== query) return;
    const known = new Set(choices.map(({ href }) => href));
    const news = found.filter(({ href }) => !known.has(href));
    if (news.length === 0) return;
    choices.push(...news.map(({ name, href }) => conversationOf(name, href)));
    const before = chosen;
    show();
    choose(before);
  }, typingMs);
}

function press(target: HTMLElement): void {
  target.scrollIntoView({ block: "nearest" });
  target.focus();
  target.click();
}

function show(): void {
  const query = field.value.trim();
  const found = choices.flatMap((choice) => {
    const fit = query === "" ? 0 : rank(query, choice.name);
    return fit === null ? [] : [{ ...choice, fit }];
  });
  // Nobody looks further down than this: another letter is quicker.
  shown = found.toSorted((a, b) => a.fit - b.fit).slice(0, shownMax);
  const options = shown.map(({ option }) => option());
  for (const [index, option] of options.entries()) option.id = `choice-${index}`;
  list.replaceChildren(...options);
  must<HTMLElement>("[data-none]", dialog).hidden = options.length > 0;
  choose(0);
}

/** Round and round. */
function choose(index: number): void {
  const count = list.childElementCount;
  chosen = count === 0 ? 0 : (index + count) % count;
  for (const [at, option] of [...list.children].entries()) {
    option.setAttribute("aria-selected", String(at === chosen));
  }
  field.setAttribute("aria-activedescendant", count === 0 ? "" : `choice-${chosen}`);
  list.children[chosen]?.scrollIntoView({ block: "nearest" });
}

function run(): void {
  const choice = shown[chosen];
  if (choice === undefined) return;
  dialog.close();
  choice.run();
}

const shownMax = 50;
/** One letter is in everything. */
const askedMin = 2;
const typingMs = 120;
