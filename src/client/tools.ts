/** Small things a page can do by itself: copy, count down, unfold, go to a new chat. */
import { must, word } from "./page.ts";

export function startTools(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const ofCode = target.closest<HTMLElement>("[data-copy-code]");
    const wrap = target.closest<HTMLElement>("[data-wrap]");
    const ofReply = target.closest<HTMLElement>("[data-copy]");
    if (ofCode) void copyFrom(ofCode, ofCode.closest(".code")?.querySelector("code")?.textContent ?? "");
    if (wrap) toggleWrap(wrap);
    if (ofReply) void copyFrom(ofReply, textOfReply(ofReply.dataset["copy"] ?? ""));
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "j") {
      event.preventDefault();
      location.assign("/");
    }
    if (event.key === "Escape" && location.hash === "#sidebar") location.hash = "#main";
  });
}

/** Gives new content what the server leaves to the browser. */
export function equip(): void {
  const tools = must<HTMLTemplateElement>('template[data-part="code-tools"]');
  for (const block of document.querySelectorAll(".code:not([data-equipped])")) {
    block.setAttribute("data-equipped", "");
    block.append(tools.content.cloneNode(true));
  }
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-wait]")) countDown(button);
}

/** Long lines of a block of code end at its edge, or go on behind it. */
function toggleWrap(button: HTMLElement): void {
  const isWrapped = button.closest(".code")?.toggleAttribute("data-wrapped") ?? false;
  button.setAttribute("aria-pressed", String(isWrapped));
}

async function copyFrom(button: HTMLElement, text: string): Promise<void> {
  await copy(text);
  const label = (button.dataset["label"] ??= button.textContent);
  button.textContent = word("copied");
  setTimeout(() => (button.textContent = label), saidMs);
}

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Not there on plain http from another machine, or forbidden: then by the old way.
    copySelected(text);
  }
}

function copySelected(text: string): void {
  const focused = document.activeElement;
  const field = document.createElement("textarea");
  field.className = "visually-hidden";
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
}

/** As it is shown, without the buttons in it. */
function textOfReply(message: string): string {
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
