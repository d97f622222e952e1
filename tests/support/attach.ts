/** Brings files into a page as a person does: by the chooser, the clipboard, or dropped. */
import type { Page } from "./browser.ts";

export type Attached = { name: string; type: string; bytes: Uint8Array };

/** The files of `paths` are chosen in the composer's field. */
export async function choose(page: Page, paths: string[]): Promise<void> {
  const { root } = (await page.cdp("DOM.getDocument")) as { root: { nodeId: number } };
  const asked = { nodeId: root.nodeId, selector: "[data-attach-field]" };
  const { nodeId } = (await page.cdp("DOM.querySelector", asked)) as { nodeId: number };
  await page.cdp("DOM.setFileInputFiles", { nodeId, files: paths });
}

export async function paste(page: Page, files: Attached[], text: Record<string, string> = {}): Promise<void> {
  await page.evaluate(`(${dataOf})(${JSON.stringify([files.map(wired), text])}, (clipboardData) =>
    document.querySelector("#text").dispatchEvent(
      new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true })))`);
}

export async function drop(page: Page, files: Attached[]): Promise<void> {
  await page.evaluate(`(${dataOf})(${JSON.stringify([files.map(wired), {}])}, (dataTransfer) => {
    for (const name of ["dragover", "drop"])
      document.querySelector("#thread").parentElement.dispatchEvent(
        new DragEvent(name, { dataTransfer, bubbles: true, cancelable: true }));
  })`);
}

export const chips = `[...document.querySelectorAll("#chips .chip")]`;

/** Resolves when so many are in the composer, and none is on its way. */
export async function untilAttached(page: Page, count: number, patienceMs = 10_000): Promise<void> {
  await page.until(
    `${chips}.length === ${count} && !document.querySelector("#chips [data-coming]")`,
    patienceMs,
  );
}

/** For the page, as text. */
const dataOf = `([files, text], give) => {
  const data = new DataTransfer();
  for (const { name, type, base64 } of files) {
    const bytes = Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
    data.items.add(new File([bytes], name, { type }));
  }
  for (const [type, words] of Object.entries(text)) data.setData(type, words);
  give(data);
}`;

function wired({ name, type, bytes }: Attached) {
  return { name, type, base64: Buffer.from(bytes).toString("base64") };
}
