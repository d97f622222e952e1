/** Files that are pasted, or dropped anywhere on the page. */

export function startDropping(
  form: HTMLFormElement,
  field: HTMLTextAreaElement,
  bring: (files: File[]) => void,
): void {
  document.addEventListener("paste", (event) => {
    const { clipboardData: data, target } = event;
    if (data === null || data.files.length === 0 || !isForComposer(target, field)) return;
    // Of a table or a styled text there is a picture too: the words are what was meant.
    if (data.types.includes("text/plain") && data.types.includes("text/html")) return;
    event.preventDefault();
    bring([...data.files]);
  });
  document.addEventListener("dragover", (event) => {
    if (!hasFiles(event) || form.closest("[hidden]") !== null) return;
    event.preventDefault();
    form.toggleAttribute("data-dropping", true);
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) form.removeAttribute("data-dropping");
  });
  document.addEventListener("drop", (event) => {
    form.removeAttribute("data-dropping");
    if (!hasFiles(event) || form.closest("[hidden]") !== null) return;
    event.preventDefault();
    bring([...(event.dataTransfer?.files ?? [])]);
  });
}

function hasFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes("Files") === true;
}

/** Other fields, as that of the search, take what is pasted there. */
function isForComposer(target: EventTarget | null, field: HTMLElement): boolean {
  if (field.closest("[hidden]") !== null || document.querySelector("dialog[open]") !== null) return false;
  return target === field || !(target instanceof Element && target.matches("input, textarea"));
}
