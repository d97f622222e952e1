/** Puts a text into the clipboard. */

export async function copy(text: Promise<string>): Promise<void> {
  try {
    // Begun at once: some browsers let a click copy only what it copies itself, be it a promise.
    const blob = text.then((words) => new Blob([words], { type: "text/plain" }));
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
  } catch {
    // Not there on plain http from another machine, or forbidden: then by the old way.
    copySelected(await text);
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
