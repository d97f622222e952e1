/** A text as a block of code in Markdown. */

/** Between fences that are longer than any in it. */
export function fence(text: string): string {
  const runs = text.match(/`+/g) ?? [];
  const marks = "`".repeat(runs.reduce((longest, run) => Math.max(longest, run.length + 1), 3));
  return `${marks}\n${text.replace(/\n$/, "")}\n${marks}`;
}
