/** After something was taken away: says so, and offers to have it back. */
import { must } from "../page.ts";

export function startUndo(): void {
  const toast = must<HTMLElement>("[data-toast]");
  let timer: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    toast.hidden = true;
    const op = form.dataset["undo"];
    if (op === undefined) return;
    const part = must<HTMLTemplateElement>('template[data-part="undo"]').content.cloneNode(
      true,
    ) as DocumentFragment;
    must("[data-text]", part).textContent = form.dataset["said"] ?? "";
    const undo = must<HTMLFormElement>("form", part);
    undo.dataset["op"] = op;
    undo.action = `/ops/${op}`;
    const conversation = new FormData(form).get("conversation");
    must<HTMLInputElement>('[name="conversation"]', undo).value = String(conversation);
    toast.replaceChildren(part);
    toast.hidden = false;
    clearTimeout(timer);
    timer = setTimeout(() => (toast.hidden = true), shownMs);
  });
}

/** Long enough to read it, to be startled, and to get there; what is deleted is still in the list after that. */
const shownMs = 12_000;
