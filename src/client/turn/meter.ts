/** How full the model's context is with what is being written, and the line where what goes along begins. */
import { attachedTokens } from "../files/chips.ts";
import { must, thread, word } from "../page.ts";
import { nameFirst } from "./along.ts";

const form = must<HTMLFormElement>("[data-composer]");
const field = must<HTMLTextAreaElement>("#text", form);

/** What is too long by itself is not sent. */
export function startMeter(): void {
  field.addEventListener("input", measure);
  form.addEventListener("submit", (event) => {
    if (lengths()?.isTooLong !== true || event.submitter?.hasAttribute("formaction")) return;
    event.preventDefault();
    event.stopPropagation();
    measure();
  });
  must<HTMLElement>("[data-shorten]").addEventListener("click", () => {
    const { alone = 0, perByte = 1 } = lengths() ?? {};
    field.focus();
    field.setSelectionRange(
      unitsIn(field.value, (alone - attachedTokens() - messageTokens) / perByte),
      field.value.length,
    );
  });
  measure();
}

/** To be called whenever the page or the text has changed. */
export function measure(): void {
  const found = lengths();
  const card = must<HTMLElement>("[data-too-long]");
  const meter = must<HTMLElement>("[data-meter]");
  card.hidden = found?.isTooLong !== true;
  meter.hidden = found === null || found.isTooLong || found.all === 0;
  if (found === null) return;
  const { room, alone, draft, used, all } = found;
  must<HTMLElement>("[data-too-long-text]").textContent = told("toolong", draft, alone);
  must<HTMLMeterElement>("meter", meter).value = Math.min(1, all / room);
  meter.toggleAttribute("data-leaving", all > room);
  must<HTMLElement>("[data-meter-text]").textContent = told(all > room ? "leaving" : "meter", all, room);
  nameFirst(used, all - room);
}

/** Where the newest reply was not written from all, a line stands above the first message that went along. */
export function markFrom(): void {
  const feet = thread.querySelectorAll<HTMLElement>("article.message--assistant > [data-outcome]");
  const from = feet[feet.length - 1]?.dataset["from"];
  const first = from === undefined ? null : document.getElementById(`m-${from}`);
  for (const line of thread.querySelectorAll("[data-from-here]"))
    if (line.parentElement !== first) line.remove();
  if (first === null || first.querySelector("[data-from-here]") !== null) return;
  first.prepend(must<HTMLTemplateElement>('template[data-part="from"]').content.cloneNode(true));
}

/** What the next message is asked with, about. */
export function tokensAsked(): number {
  const { used = "0", correction = "1" } = must<HTMLElement>("[data-meter]").dataset;
  return Number(used) + draftTokens(Number(correction) / bytesPerToken);
}

/** In tokens; null where the model does not tell what it holds. */
function lengths() {
  const model = must<HTMLElement>("#model").dataset;
  const [room, alone] = [Number(model["room"] ?? 0), Number(model["alone"] ?? 0)];
  if (room === 0) return null;
  const { used = "0", correction = "1" } = must<HTMLElement>("[data-meter]").dataset;
  const perByte = Number(correction) / bytesPerToken;
  const draft = draftTokens(perByte);
  const all = Number(used) + draft;
  return { room, perByte, draft, used: Number(used), all, alone, isTooLong: draft > alone };
}

function draftTokens(perByte: number): number {
  const bytes = new TextEncoder().encode(field.value.trim()).length;
  const files = attachedTokens();
  return bytes + files === 0 ? 0 : Math.ceil(bytes * perByte) + files + messageTokens;
}

/** How many units of a text come within so many bytes; no character is cut in two. */
function unitsIn(text: string, bytes: number): number {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(Math.max(0, Math.floor(bytes))));
  return read;
}

function told(name: string, used: number, room: number): string {
  const figure = (tokens: number) =>
    `${tokens < 1000 ? tokens : `${(tokens / 1000).toFixed(tokens < 10_000 ? 1 : 0)}k`}`;
  return word(name)
    .replace("{used}", `≈ ${figure(used)}`)
    .replace("{room}", figure(room));
}

/** As the server estimates. */
const bytesPerToken = 4;
const messageTokens = 4;
