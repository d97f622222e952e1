/** Files that are chosen, pasted or dropped go up one after the other, and come back with a draft. */
import { filesMax, type PageStep } from "../../protocol.ts";
import { say } from "../composer.ts";
import { newId } from "../id.ts";
import { filesOf, keepFiles } from "../kept/drafts.ts";
import { must, word } from "../page.ts";
import { applyPatch } from "../patch.ts";
import { askSteps } from "../sidebar/steps.ts";
import { addChip, chips, filesKey, hindrance, isTemporary, keptIds, tellBlind, tellFault } from "./chips.ts";
import { startDropping } from "./drop.ts";
import { send, type Answer } from "./upload.ts";

const list = document.querySelector<HTMLElement>("#chips");
const form = must<HTMLFormElement>("[data-composer]");
const field = must<HTMLTextAreaElement>("#text", form);
/** The one that goes up, or the last that did: the next waits for it. */
let going: Promise<void> = Promise.resolve();

export function startFiles(): void {
  if (list === null) return;
  const chooser = must<HTMLInputElement>("[data-attach-field]", form);
  // What it holds goes up by itself: in a form it would be sent once more.
  chooser.removeAttribute("name");
  chooser.addEventListener("change", () => {
    bring([...(chooser.files ?? [])]);
    chooser.value = "";
  });
  form.addEventListener("click", (event) => {
    const target = event.target as Element;
    const chip = target.closest("[data-file-remove]")?.closest<HTMLElement>("[data-file]");
    if (target.closest("[data-attach]") !== null) chooser.click();
    if (chip) remove(chip);
  });
  // Before the composer takes it for a message.
  form.addEventListener("submit", (event) => {
    const why = event.submitter?.hasAttribute("formaction") === true ? null : hindrance();
    if (why === null) return;
    event.preventDefault();
    event.stopPropagation();
    list.querySelector("[data-wrong]")?.scrollIntoView({ block: "nearest" });
    say(why);
  });
  startDropping(form, field, bring);
  new MutationObserver(settle).observe(list, { childList: true });
  void reattach(filesOf(filesKey()));
}

/** Those that were there before: their chips are asked for. */
export async function reattach(ids: readonly string[]): Promise<void> {
  const missing = ids.filter((id) => document.getElementById(`f-${id}`) === null);
  for (const id of missing) addChip(id, "").dataset["kept"] = "";
  if (missing.length === 0) return;
  const steps = await askSteps(`/steps/files?ids=${missing.join("+")}`);
  if (steps !== null) return void applyPatch({ type: "patch", steps });
  for (const id of missing) refuse(id, word("filelost"));
}

function bring(files: File[]): void {
  for (const [n, file] of files.entries()) {
    if (chips().length >= filesMax) return say(word("filesmany"));
    if (n === 0) say("");
    const id = newId();
    addChip(id, file.name);
    const next = () => carry(id, file);
    if (file.size <= Number(list?.dataset["bytesMax"])) going = going.then(next, next);
    else refuse(id, word("filelarge").replace("{name}", file.name));
  }
  field.focus();
}

async function carry(id: string, file: File): Promise<void> {
  const isWanted = () => document.getElementById(`f-${id}`) !== null;
  if (!isWanted()) return;
  const wait = () => tell(id, word("filewaits"));
  const answer: Answer | null = await send(id, file, { isTemporary: isTemporary(), isWanted, wait });
  // Taken back while it went up.
  if (!isWanted()) return forget(id);
  if (answer === null) refuse(id, word("filelost"));
  else if ("text" in answer) refuse(id, answer.text);
  else applyPatch({ type: "patch", steps: answer.steps satisfies PageStep[] });
}

function remove(chip: HTMLElement): void {
  const at = chips().indexOf(chip);
  const id = chip.dataset["file"] ?? "";
  chip.remove();
  say("");
  forget(id);
  const next = chips()[at] ?? chips().at(-1);
  (next === undefined ? field : must<HTMLElement>("[data-file-remove]", next)).focus();
}

/** Where that fails, the server does so by itself after a day. */
function forget(id: string): void {
  void fetch(`/files/${id}/remove`, { method: "POST" }).catch(() => null);
}

function refuse(id: string, text: string): void {
  const chip = tell(id, text);
  chip?.removeAttribute("data-coming");
  chip?.setAttribute("data-refused", "");
}

function tell(id: string, text: string): HTMLElement | null {
  const chip = document.getElementById(`f-${id}`);
  if (chip !== null) tellFault(chip, text);
  return chip;
}

/** The message is another one now: whoever counts its length counts it anew. */
function settle(): void {
  if (list !== null) list.hidden = chips().length === 0;
  keepFiles(filesKey(), keptIds());
  tellBlind();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
