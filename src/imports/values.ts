/** Values of a file that anybody may have written → what is known of them. */

export type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

/** Without what can't be kept as text. */
export function textIn(value: unknown): string {
  return typeof value === "string" ? value.toWellFormed().replaceAll("\0", "") : "";
}

/** A name of one line, cut where it is longer; empty where it is none. */
export function lineIn(value: unknown, charsMax: number): string {
  const line = textIn(value)
    .slice(0, 10 * charsMax)
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
  return line.length <= charsMax
    ? line
    : `${line
        .slice(0, charsMax - 1)
        .toWellFormed()
        .replace("\ufffd", "")}…`;
}

/** A time as ISO 8601, as seconds or milliseconds since 1970, or as MongoDB writes it; null for none of them. */
export function timeIn(value: unknown): number | null {
  const told = isFields(value) ? value["$date"] : value;
  const ms =
    typeof told === "string"
      ? Date.parse(told)
      : typeof told === "number"
        ? told < 1e11
          ? told * 1000
          : told
        : NaN;
  return ms >= 0 && ms <= latestMs ? Math.round(ms) : null;
}

/** The year 9999: what is past it has no ISO form of four digits. */
const latestMs = 253_402_300_799_999;

/** An id of ours from names of anything else: the same each time. */
export function idFrom(...names: string[]): string {
  const hex = new Bun.CryptoHasher("sha256").update(JSON.stringify(names)).digest("hex");
  const variant = ((Number.parseInt(hex[16] ?? "0", 16) & 3) | 8).toString(16);
  // Version 8 of RFC 9562: made in a way of one's own.
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join("-");
}
