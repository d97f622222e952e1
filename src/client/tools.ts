/** Small things a page can do by itself: copy, count down, fold what was thought. */
import { copy } from "./copy.ts";
import { foldThought } from "./outcome.ts";
import { chat, must, word } from "./page.ts";

export function startTools(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const ofCode = target.closest<HTMLElement>("[data-copy-code]");
    const wrap = target.closest<HTMLElement>("[data-wrap]");
    const ofReply = target.closest<HTMLElement>("[data-copy]");
    if (ofCode) void copyFrom(ofCode, Promise.resolve(textOfCode(ofCode)));
    if (wrap) toggleWrap(wrap);
    if (ofReply) void copyFrom(ofReply, textOfReply(ofReply.dataset["copy"] ?? ""));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && location.hash === "#sidebar") location.hash = "#main";
  });
  equip(chat);
  // However it came: only what is new is looked at, for text comes many times a second.
  new MutationObserver((records) => {
    for (const { target, addedNodes } of records) {
      if (target instanceof HTMLDetailsElement) foldThought(target);
      for (const node of addedNodes) if (node instanceof Element) equip(node);
    }
  }).observe(chat, { subtree: true, childList: true, attributeFilter: ["data-thought"] });
}

/** Gives new content what the server leaves to the browser. */
function equip(added: Element): void {
  for (const element of [added, ...added.querySelectorAll(".code, [data-wait], [data-thought]")]) {
    if (element.matches(".code:not([data-equipped])")) addTools(element);
    else if (element instanceof HTMLButtonElement && element.dataset["wait"]) countDown(element);
    else if (element instanceof HTMLDetailsElement) foldThought(element);
  }
}

function addTools(block: Element): void {
  const tools = must<HTMLTemplateElement>('template[data-part="code-tools"]');
  block.setAttribute("data-equipped", "");
  block.append(tools.content.cloneNode(true));
}

/** Long lines of a block of code end at its edge, or go on behind it. */
function toggleWrap(button: HTMLElement): void {
  const isWrapped = button.closest(".code")?.toggleAttribute("data-wrapped") ?? false;
  button.setAttribute("aria-pressed", String(isWrapped));
}

async function copyFrom(button: HTMLElement, text: Promise<string>): Promise<void> {
  await copy(text);
  const label = (button.dataset["label"] ??= button.textContent);
  button.textContent = word("copied");
  setTimeout(() => (button.textContent = label), saidMs);
}

/** The Markdown that the server has; as it is shown where there is no line to it. */
async function textOfReply(message: string): Promise<string> {
  try {
    const response = await fetch(`/messages/${message}`);
    return response.ok ? await response.text() : shownText(message);
  } catch {
    return shownText(message);
  }
}

function textOfCode(button: HTMLElement): string {
  return button.closest(".code")?.querySelector("code")?.textContent ?? "";
}

/** Without the buttons in it. */
function shownText(message: string): string {
  const body = document.getElementById(`m-${message}`)?.querySelector<HTMLElement>("[data-body]");
  if (!body) return "";
  const buttons = [...body.querySelectorAll<HTMLElement>("[data-code-tools]")];
  for (const button of buttons) button.hidden = true;
  const text = body.innerText;
  for (const button of buttons) button.hidden = false;
  return text;
}

/** The provider said how long to wait: until then the button says so. */
function countDown(button: HTMLButtonElement): void {
  const label = button.textContent;
  let left = Number(button.dataset["wait"]);
  button.removeAttribute("data-wait");
  button.disabled = true;
  const tick = () => {
    button.disabled = left > 0;
    button.textContent = left > 0 ? word("seconds").replace("{n}", String(left)) : label;
    left -= 1;
    if (left < 0) clearInterval(timer);
  };
  const timer = setInterval(tick, 1000);
  tick();
}

const saidMs = 1500;
