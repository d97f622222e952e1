/** Small things a page can do by itself: copy, count down, unfold, go to a new chat. */
import { must, word } from "./page.ts";

export function startTools(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const code = target.closest("[data-copy-code]");
    const copy = target.closest<HTMLElement>("[data-copy]");
    if (code !== null) void copyFrom(code, code.closest(".code")?.querySelector("code")?.textContent ?? "");
    if (copy !== null) void copyFrom(copy, textOfReply(copy.dataset["copy"] ?? ""));
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

async function copyFrom(button: Element, text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
  const label = button.textContent;
  button.textContent = word("copied");
  setTimeout(() => (button.textContent = label), saidMs);
}

function textOfReply(message: string): string {
  return document.getElementById(`m-${message}`)?.querySelector<HTMLElement>("[data-body]")?.innerText ?? "";
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
