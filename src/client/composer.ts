/** The composer: keys, drafts, and turning forms into ops. */
import type { StoredOp } from "../protocol.ts";
import { newId } from "./id.ts";
import { attached, chips, detachAll, draftKey, filesKey, keptIds } from "./files/chips.ts";
import { draftOf, keepDraft, keepFiles } from "./kept/drafts.ts";
import { isComposing, isToSend, isTouch } from "./keys/enter.ts";
import { must, word } from "./page.ts";
import { editLast } from "./turn/edit.ts";
import { takeBack } from "./turn/next.ts";
import { fit } from "./turn/size.ts";

const form = must<HTMLFormElement>("[data-composer]");
const field = must<HTMLTextAreaElement>("#text", form);

/** Sends what forms say as ops, and keeps what is being written. */
export function startComposer(send: (op: StoredOp) => void): void {
  field.value ||= draftOf(draftKey());
  fit(field);
  // A new chat is there to be written in; a keyboard on the screen would hide what it offers.
  if (location.pathname === "/" && document.activeElement === document.body && !isTouch()) field.focus();
  field.addEventListener("input", () => {
    keepDraft(draftKey(), field.value);
    fit(field);
  });
  field.addEventListener("keydown", (event) => {
    if (isToSend(event)) {
      event.preventDefault();
      if (field.value.trim() !== "" || chips().length > 0) form.requestSubmit();
    }
    if (isComposing(event)) return;
    // What is queued is the last message as long as it is there.
    const goesUp = event.key === "ArrowUp" && field.value === "";
    if (goesUp && (takeBack() || editLast())) event.preventDefault();
    if (event.key === "Escape" && !takeBack()) form.querySelector<HTMLElement>("[data-stop]")?.click();
  });
  document.addEventListener("submit", (event) => {
    const target = event.target as HTMLFormElement;
    const op = opOf(target, event.submitter);
    if (op === null) return;
    event.preventDefault();
    if (op.op === "message.send") {
      const files = attached();
      if (op.text.trim() === "" && files.length === 0) return;
      if (files.length > 0) op.files = files;
      detachAll();
      field.value = "";
      keepDraft(draftKey(), "");
      fit(field);
    }
    send(op);
  });
  document.addEventListener("click", (event) => {
    const idea = (event.target as Element).closest<HTMLElement>("[data-idea]");
    if (idea === null) return;
    field.value = idea.textContent.trim();
    form.requestSubmit();
  });
}

/** A message that was refused goes back where it was written, before what is there by now. */
export function giveBack(text: string): void {
  field.value = [text, field.value].filter((each) => each !== "").join("\n\n");
  keepDraft(draftKey(), field.value);
  fit(field);
}

/** After what is there, to go on from. */
export function insert(text: string): void {
  field.value = `${field.value.trimEnd()}${field.value.trim() === "" ? "" : "\n\n"}${text}\n\n`;
  keepDraft(draftKey(), field.value);
  fit(field);
  field.focus();
  field.scrollTop = field.scrollHeight;
}

/** Changes the page's address to its conversation's own, and takes along what is being written. */
export function moveTo(address: string): void {
  keepDraft(draftKey(), "");
  keepFiles(filesKey(), []);
  history.pushState(null, "", address);
  keepDraft(draftKey(), field.value);
  keepFiles(filesKey(), keptIds());
  field.placeholder = word("reply");
}

/** A line above the composer, and in what is laid over it; an empty one goes away. */
export function say(text: string): void {
  for (const state of document.querySelectorAll<HTMLElement>("[data-state]")) {
    state.textContent = text;
    state.hidden = text === "";
  }
}

function opOf(target: HTMLFormElement, submitter: HTMLElement | null): StoredOp | null {
  const action = submitter?.getAttribute("formaction");
  if (action && !action.startsWith("/ops/")) return null;
  const op = action?.slice(action.lastIndexOf("/") + 1).split("?", 1)[0] ?? target.dataset["op"];
  if (op === undefined) return null;
  const fields = Object.fromEntries(new FormData(target, submitter)) as Record<string, string>;
  // Clicked twice before the answer came, and in two tabs, a button asks for one thing. What is written is new
  // each time: another tab's composer was given the same id, and its message would pass for this one.
  const written = ["message.send", "message.edit", "generation.stop", "race.stop"];
  const isNew = written.includes(op) || /^(model|conversation)\./.test(op);
  return { ...fields, op, id: isNew ? newId() : fields["id"], parent: fields["parent"] || null } as StoredOp;
}
