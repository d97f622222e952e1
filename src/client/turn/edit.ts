/** A message of one's own becomes a form in its place, and back; one at a time. */
import type { StoredOp } from "../../protocol.ts";
import { isComposing, isToSend, isTouch } from "../keys/enter.ts";
import { must, thread } from "../page.ts";
import { fit } from "./size.ts";

type Edit = { message: string; text: string };

/** What is being written, kept over a reload of the tab. */
let edit: Edit | null = null;
/** What had the focus before. */
let opener: HTMLElement | null = null;

export function startEditing(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const link = target.closest<HTMLElement>("[data-edit]");
    const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (link !== null && isPlain) {
      event.preventDefault();
      open(link.dataset["edit"] ?? "");
    } else if (target.closest("[data-edit-cancel]") !== null) {
      event.preventDefault();
      close();
    }
  });
  thread.addEventListener("keydown", (event) => {
    const form = (event.target as Element).closest<HTMLFormElement>("[data-edit-form]");
    if (form === null) return;
    if (event.key === "Escape" && !isComposing(event)) return close();
    if (!isToSend(event)) return;
    event.preventDefault();
    form.requestSubmit();
  });
  thread.addEventListener("input", (event) => {
    const field = event.target as HTMLTextAreaElement;
    const form = field.closest<HTMLFormElement>("[data-edit-form]");
    if (form === null) return;
    keep({ message: messageOf(form), text: field.value });
    fit(field);
  });
  edit = kept();
  resumeEditing();
}

/** The last message of one's own; false where there is none. */
export function editLast(): boolean {
  const last = [...thread.querySelectorAll<HTMLElement>("[data-edit]")].at(-1)?.dataset["edit"];
  if (last !== undefined) open(last);
  return last !== undefined;
}

/** The form waits with its new text until the answer shows. */
export function awaitEdit(): void {
  const form = shownForm();
  if (form !== null) form.inert = true;
  keep(null);
  if (!isTouch()) must<HTMLElement>("#text").focus();
}

/** What was refused can be mended. */
export function reopenEdit({ message, text }: Extract<StoredOp, { op: "message.edit" }>): void {
  keep({ message, text });
  shownForm()?.remove();
  resumeEditing();
}

/** Its message may have come anew, without the form. */
export function resumeEditing(): void {
  if (edit !== null && shownForm() === null) show(edit);
}

function open(message: string): void {
  const own = document.querySelector<HTMLElement>(`#m-${CSS.escape(message)} [data-own]`);
  if (own === null) return;
  const shown = shownForm();
  if (shown !== null && messageOf(shown) === message) return fieldOf(shown).focus();
  close();
  if (document.activeElement instanceof HTMLElement) opener = document.activeElement;
  const begun = { message, text: own.textContent };
  keep(begun);
  show(begun);
}

function show({ message, text }: Edit): void {
  const own = document.querySelector<HTMLElement>(`#m-${CSS.escape(message)} [data-own]`);
  if (own === null) return;
  const blank = must<HTMLTemplateElement>('template[data-part="edit"]').content;
  const form = must<HTMLFormElement>("form", blank.cloneNode(true) as DocumentFragment);
  const field = fieldOf(form);
  must<HTMLInputElement>('[name="message"]', form).value = message;
  field.value = text;
  own.hidden = true;
  own.after(form);
  fit(field);
  field.focus();
}

function close(): void {
  const form = shownForm();
  if (form === null) return;
  const own = form.parentElement?.querySelector<HTMLElement>("[data-own]");
  form.remove();
  if (own) own.hidden = false;
  keep(null);
  if (opener?.isConnected) opener.focus();
}

function shownForm(): HTMLFormElement | null {
  return thread.querySelector("[data-edit-form]");
}

function fieldOf(form: HTMLFormElement): HTMLTextAreaElement {
  return must("textarea", form);
}

function messageOf(form: HTMLFormElement): string {
  return must<HTMLInputElement>('[name="message"]', form).value;
}

const key = "banter.edit";

function kept(): Edit | null {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "null") as Edit | null;
  } catch {
    return null;
  }
}

function keep(value: Edit | null): void {
  edit = value;
  try {
    if (value === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Full or forbidden: it lives as long as the page.
  }
}
