/** What is attached to the message that is being written: chips in the composer, and what is in the way of sending them. */
import { conversation, must, word } from "../page.ts";

/** Absent where no files are taken. */
const list = document.querySelector<HTMLElement>("#chips");

export function chips(): HTMLElement[] {
  return list === null ? [] : [...list.querySelectorAll<HTMLElement>("[data-file]")];
}

/** Ids of what has come, in the order of the chips. */
export function attached(): string[] {
  return chips().filter(hasCome).map(idOf);
}

/** What a reload is to bring back: what was there before it, too, though it has not come again yet. */
export function keptIds(): string[] {
  return chips()
    .filter((chip) => hasCome(chip) || "kept" in chip.dataset)
    .map(idOf);
}

export function attachedTokens(): number {
  return chips().reduce((sum, chip) => sum + Number(chip.dataset["tokens"] ?? 0), 0);
}

/** They go along with a message. */
export function detachAll(): void {
  list?.replaceChildren();
}

/** Stands for a file until the server's own chip takes its place; `name` is empty where only the server knows it. */
export function addChip(id: string, name: string): HTMLElement {
  const blank = must<HTMLTemplateElement>('template[data-part="chip"]').content;
  const chip = must<HTMLElement>(".chip", blank.cloneNode(true) as DocumentFragment);
  const remove = must<HTMLElement>("[data-file-remove]", chip);
  const label = (remove.getAttribute("aria-label") ?? "").replace("{name}", name);
  chip.id = `f-${id}`;
  chip.dataset["file"] = id;
  chip.dataset["coming"] = "";
  must(".chip__name", chip).textContent = name;
  remove.setAttribute("aria-label", label);
  remove.title = label;
  list?.append(chip);
  list?.scrollTo(0, list.scrollHeight);
  return chip;
}

/** Why it can't go along, in the chip; an empty text takes that back. */
export function tellFault(chip: HTMLElement, text: string): void {
  const fault = must<HTMLElement>("[data-fault]", chip);
  if (fault.textContent === text) return;
  fault.textContent = text;
  fault.hidden = text === "";
  must<HTMLElement>(".chip__about", chip).hidden = text !== "";
  chip.toggleAttribute("data-wrong", text !== "");
}

/** To be called whenever the chips or the model have changed. */
export function tellBlind(): void {
  for (const chip of chips()) if (hasCome(chip)) tellFault(chip, isUnseen(chip) ? word("fileblind") : "");
}

/** Why the message can't be sent yet; null where nothing is in the way. */
export function hindrance(): string | null {
  const all = chips();
  if (all.some((chip) => "coming" in chip.dataset)) return word("filescoming");
  if (all.some((chip) => "refused" in chip.dataset)) return word("fileswrong");
  return all.some(isUnseen) ? word("filesblind") : null;
}

/** A new chat has another id at each load, but one draft. */
export function draftKey(): string {
  return location.pathname === "/" ? "new" : conversation();
}

/** What is in memory alone is no draft of what is kept. */
export function filesKey(): string {
  return isTemporary() ? `${draftKey()}.temporary` : draftKey();
}

export function isTemporary(): boolean {
  return document.querySelector('[data-composer] [name="temporary"]') !== null;
}

function isUnseen(chip: HTMLElement): boolean {
  return chip.dataset["kind"] === "image" && must<HTMLElement>("#model").dataset["blind"] !== undefined;
}

function hasCome({ dataset }: HTMLElement): boolean {
  return !("coming" in dataset) && !("refused" in dataset);
}

function idOf({ dataset }: HTMLElement): string {
  return dataset["file"] ?? "";
}
