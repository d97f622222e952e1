/** When a key in a text means to send it. */

/** Enter, where a keyboard has a Shift to break lines with; on touch it breaks the line. With Ctrl or ⌘ anywhere. */
export function isToSend(event: KeyboardEvent): boolean {
  if (event.key !== "Enter" || isComposing(event)) return false;
  return event.ctrlKey || event.metaKey || !(event.shiftKey || event.altKey || isTouch());
}

/** The key picks a word, or ends the picking: Safari tells that one after it has ended, by its number alone. */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

export function isTouch(): boolean {
  return matchMedia("(pointer: coarse)").matches;
}
