/** Text that grows at its end: by its new words alone, where that makes the same. */

/**
 * Makes an element of `before`, its HTML, one of `after` by adding words to its last text, so that selection and
 * layout keep what was there; false, with nothing done, where more has changed than that.
 */
export function grow(element: Element, before: string, after: string): boolean {
  const closing = closings.exec(before)?.[0] ?? "";
  const end = before.length - closing.length;
  if (after.length <= before.length || !after.startsWith(before.slice(0, end)) || !after.endsWith(closing))
    return false;
  const added = after.slice(end, after.length - closing.length);
  const text = lastText(element, closing);
  // What stands behind the last tag or entity is written as it is shown; where nothing does, a text may begin there.
  const known = before.slice(
    Math.max(before.lastIndexOf(">", end - 1), before.lastIndexOf(";", end - 1)) + 1,
    end,
  );
  if (text === null || known === "" || !text.data.endsWith(known) || /[<>&\r\0]/.test(added)) return false;
  text.appendData(added);
  return true;
}

/** The tags that close what is still open; each is the last child of the one around it. */
const closings = /(?:<\/[a-z0-9-]+>)+$/;

/** The text before those tags; null where the page has something of its own there. */
function lastText(element: Element, closing: string): Text | null {
  const [outermost, ...inner] = closing.slice(2, -1).split("></").toReversed();
  if (element.localName !== outermost) return null;
  let at = element;
  for (const name of inner) {
    const last = at.lastChild;
    if (!(last instanceof Element) || last.localName !== name) return null;
    at = last;
  }
  return at.lastChild instanceof Text ? at.lastChild : null;
}
