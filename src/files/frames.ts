/** The first picture of an animated WebP, as a file of its own: its decoder takes still ones only. */

/** Null where there is none that is whole. */
export function firstFrame(bytes: Buffer): Uint8Array | null {
  const frame = chunksOf(bytes, 12, bytes.length).find(({ name }) => name === "ANMF");
  if (frame === undefined) return null;
  // Its place, size and time take 16 bytes.
  const parts = chunksOf(bytes, frame.start + 8 + 16, frame.end);
  const picture = parts.find(({ name }) => name === "VP8 " || name === "VP8L");
  if (picture === undefined) return null;
  const alpha = parts.find(({ name }) => name === "ALPH");
  const cut = (chunk: Chunk) => bytes.subarray(chunk.start, chunk.next);
  if (picture.name === "VP8L" || alpha === undefined) return riff([cut(picture)]);
  const extended = Buffer.alloc(18);
  extended.write("VP8X\x0a\0\0\0\x10", "latin1");
  // Width and height, each less one, as the frame has them.
  bytes.copy(extended, 12, frame.start + 8 + 6, frame.start + 8 + 12);
  return riff([extended, cut(alpha), cut(picture)]);
}

/** `next`: behind the byte that makes lengths even. */
type Chunk = { name: string; start: number; end: number; next: number };

function chunksOf(bytes: Buffer, from: number, to: number): Chunk[] {
  const chunks: Chunk[] = [];
  for (let start = from; start + 8 <= to && chunks.length < chunksMax;) {
    const length = bytes.readUInt32LE(start + 4);
    const end = start + 8 + length;
    if (end > to) break;
    const next = Math.min(end + (length % 2), to);
    chunks.push({ name: bytes.toString("latin1", start, start + 4), start, end, next });
    start = next;
  }
  return chunks;
}

/** The first frame comes after a few chunks of colours and the like. */
const chunksMax = 100;

function riff(chunks: Buffer[]): Uint8Array {
  const head = Buffer.from("RIFF\0\0\0\0WEBP", "latin1");
  head.writeUInt32LE(4 + chunks.reduce((sum, chunk) => sum + chunk.length, 0), 4);
  return new Uint8Array(Buffer.concat([head, ...chunks]));
}
