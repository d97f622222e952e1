/** Text made harmless inside HTML, in an element or in a quoted attribute. */

export function escapeHtml(text: string): string {
  return Bun.escapeHTML(text);
}
