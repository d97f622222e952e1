/** Bytes → the text that they are, if they are one. */

/** Null for what is no text. UTF-8; UTF-16 by its mark; else as Windows wrote it, where nothing speaks against that. */
export function decodeText(bytes: Uint8Array): string | null {
  const text = decode(bytes);
  if (text === null || noText.test(text)) return null;
  return text.replaceAll("\r\n", "\n");
}

/** Control characters that no text has: all but tabs, lines, pages and escapes of terminals. */
// oxlint-disable-next-line no-control-regex
const noText = /[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]/;

function decode(bytes: Uint8Array): string | null {
  const [first = 0, second = 0] = bytes;
  if (first === 0xff && second === 0xfe) return decodeAs("utf-16le", bytes);
  if (first === 0xfe && second === 0xff) return decodeAs("utf-16be", bytes);
  return decodeAs("utf-8", bytes) ?? decodeAs("windows-1252", bytes);
}

function decodeAs(encoding: Bun.Encoding | "windows-1252" | "utf-16be", bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(encoding as Bun.Encoding, { fatal: true }).decode(bytes);
  } catch {
    // Bytes that are none of this encoding: another may fit.
    return null;
  }
}
