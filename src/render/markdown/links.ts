/** Which addresses in a reply may be followed, and how they are written. */

const ALLOWED = /^(?:https?:\/\/|mailto:)/i;
const ENTITY = /&(?:#\d{1,7}|#x[0-9a-f]{1,6}|\w{2,32});/gi;
const ENTITY_OR_ESCAPE = /\\[!-/:-@[-`{-~]|&(?:#\d{1,7}|#x[0-9a-f]{1,6}|\w{2,32});/gi;
// Browsers drop these inside an address, which would make it another one.
// oxlint-disable-next-line no-control-regex
const UNSEEN = /[\s\u0000-\u001f]/g;

/** The address to follow, or null where it is none. `raw` is as the parser gives it, `text` what the reader sees. */
export function safeHref(raw: string, text: string): string | null {
  const bare = raw.replace(ENTITY, decodeEntity);
  const href = text === bare ? withScheme(bare) : decodeSource(raw);
  return ALLOWED.test(href) ? href.replace(UNSEEN, encodeURIComponent) : null;
}

/** Undoes the backslashes and entities of an address, a title or a fence's language. */
export function decodeSource(raw: string): string {
  return raw.replace(ENTITY_OR_ESCAPE, (found) =>
    found.startsWith("\\") ? found.slice(1) : decodeEntity(found),
  );
}

// The parser decodes entities in running text but not in addresses: so it serves as the table of their names.
function decodeEntity(entity: string): string {
  return Bun.markdown.render(entity, { paragraph: (text) => text });
}

function withScheme(href: string): string {
  if (ALLOWED.test(href)) return href;
  if (/^www\./i.test(href)) return `https://${href}`;
  return /^[^\s:/]+@[^\s:/]+$/.test(href) ? `mailto:${href}` : href;
}
