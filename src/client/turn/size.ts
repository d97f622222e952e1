/** Fields that are as high as their text. */

/** Within what the style allows; where the browser does so by itself, nothing. */
export function fit(field: HTMLTextAreaElement): void {
  if (CSS.supports("field-sizing", "content")) return;
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
}
