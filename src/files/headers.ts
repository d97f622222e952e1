/** The heads of image files, and whether all of each is there: read before anything is decoded. */

export type ImageHeader = {
  format: "png" | "jpeg" | "gif" | "webp" | "bmp";
  /** In pixels; 0 where the head does not tell. */
  width: number;
  height: number;
  /** Nothing is missing at its end, as far as its own lengths tell. */
  isWhole: boolean;
  isAnimated: boolean;
  /** Pixels may be see-through, which JPEG can't say. */
  hasAlpha: boolean;
  /** Decoded at a fraction of its size, so that a large one needs no more memory than a small one. */
  isScalable: boolean;
};

export function readPng(bytes: Buffer): ImageHeader {
  const chunks = pngChunks(bytes);
  const colour = byte(bytes, 25);
  return {
    ...header("png", be32(bytes, 16), be32(bytes, 20)),
    isWhole: chunks.has("IEND"),
    isAnimated: chunks.has("acTL"),
    hasAlpha: colour === 4 || colour === 6 || chunks.has("tRNS"),
  };
}

/**
 * Those that are there whole. A file is walked by its own lengths, which may be as wrong as whoever wrote them
 * likes: each step goes forward.
 */
function pngChunks(bytes: Buffer): Set<string> {
  const names = new Set<string>();
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 12 + be32(bytes, at);
    if (end > bytes.length) break;
    names.add(bytes.toString("latin1", at + 4, at + 8));
    at = end;
  }
  return names;
}

/** Libjpeg paints what is missing grey, and goes through as many scans as it is told: both are looked for here. */
export function readJpeg(bytes: Buffer): ImageHeader {
  for (let at = 2; at + 9 <= bytes.length;) {
    const marker = byte(bytes, at + 1);
    if (byte(bytes, at) !== 0xff) break;
    if (marker === 0xff) {
      at += 1;
    } else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      const end = bytes.indexOf("\xff\xd9", at, "latin1");
      return {
        ...header("jpeg", be16(bytes, at + 7), be16(bytes, at + 5)),
        isWhole: end >= 0 && scansIn(bytes, at) <= scansMax,
        // Scans that refine the whole picture need all of it in memory.
        isScalable: marker !== 0xc2,
      };
    } else {
      at += 2 + be16(bytes, at + 2);
    }
  }
  return { ...header("jpeg", 0, 0), isWhole: false };
}

function scansIn(bytes: Buffer, from: number): number {
  let scans = 0;
  for (let at = from; at >= 0 && scans <= scansMax; scans += 1) {
    at = bytes.indexOf("\xff\xda", at + 1, "latin1");
    if (at < 0) break;
  }
  return scans;
}

/** Cameras and programs make some ten. */
const scansMax = 64;

/** Its first picture is what counts; a second one makes it animated. */
export function readGif(bytes: Buffer): ImageHeader {
  const found = { ...header("gif", le16(bytes, 6), le16(bytes, 8)), isWhole: false, hasAlpha: true };
  let pictures = 0;
  for (let at = 13 + tableBytes(byte(bytes, 10)); at < bytes.length;) {
    const block = byte(bytes, at);
    if (block === 0x2c) {
      if (pictures === 1) return { ...found, isAnimated: true };
      at = afterBlocks(bytes, at + 11 + tableBytes(byte(bytes, at + 9)));
      pictures += 1;
      found.isWhole = at <= bytes.length;
    } else if (block === 0x21) at = afterBlocks(bytes, at + 2);
    else break;
  }
  return found;
}

function tableBytes(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1);
}

/** Behind a chain of blocks, each with its length before it and an empty one at the end; past the end if that lacks. */
function afterBlocks(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && byte(bytes, at) !== 0) at += 1 + byte(bytes, at);
  return at + 1;
}

export function readWebp(bytes: Buffer): ImageHeader {
  const isWhole = 8 + le32(bytes, 4) <= bytes.length;
  const kind = bytes.toString("latin1", 12, 16);
  const flags = byte(bytes, 20);
  if (kind === "VP8X") {
    const size = header("webp", 1 + le24(bytes, 24), 1 + le24(bytes, 27));
    return { ...size, isWhole, isAnimated: (flags & 2) !== 0, hasAlpha: (flags & 16) !== 0 };
  }
  if (kind === "VP8L") {
    const [width, height] = [1 + (le16(bytes, 21) & 0x3fff), 1 + ((le32(bytes, 21) >>> 14) & 0x3fff)];
    return { ...header("webp", width, height), isWhole, hasAlpha: true };
  }
  return { ...header("webp", le16(bytes, 26) & 0x3fff, le16(bytes, 28) & 0x3fff), isWhole };
}

export function readBmp(bytes: Buffer): ImageHeader {
  const height = Math.abs(le32(bytes, 22) | 0);
  return { ...header("bmp", le32(bytes, 18), height), isWhole: le32(bytes, 2) <= bytes.length };
}

function header(format: ImageHeader["format"], width: number, height: number): ImageHeader {
  const rest = { isWhole: true, isAnimated: false, hasAlpha: false, isScalable: false };
  return { format, width, height, ...rest };
}

/** What is past the end is 0. */
function byte(bytes: Buffer, at: number): number {
  return bytes[at] ?? 0;
}

const be16 = (bytes: Buffer, at: number) => byte(bytes, at) * 2 ** 8 + byte(bytes, at + 1);
const be32 = (bytes: Buffer, at: number) => be16(bytes, at) * 2 ** 16 + be16(bytes, at + 2);
const le16 = (bytes: Buffer, at: number) => byte(bytes, at) + byte(bytes, at + 1) * 2 ** 8;
const le24 = (bytes: Buffer, at: number) => le16(bytes, at) + byte(bytes, at + 2) * 2 ** 16;
const le32 = (bytes: Buffer, at: number) => le16(bytes, at) + le16(bytes, at + 2) * 2 ** 16;
