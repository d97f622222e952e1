/** Makes image files of every kind, and damaged ones, without a file on the disk. */
import { crc32, deflateSync } from "node:zlib";

type Pixel = (x: number, y: number) => [red: number, green: number, blue: number, alpha: number];

const blend: Pixel = (x, y) => [x & 255, y & 255, 128, 255];

export function png(width: number, height: number, pixel: Pixel = blend): Buffer {
  const rows = Buffer.alloc(height * (1 + width * 4));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) rows.set(pixel(x, y), y * (1 + width * 4) + 1 + x * 4);
  }
  return pngOf(width, height, 6, deflateSync(rows));
}

/** Black, as large as it is told to be; without pixels if `isEmpty`, as one made to harm would be. */
export function blackPng(width: number, height: number, isEmpty = false): Buffer {
  return pngOf(width, height, 2, deflateSync(isEmpty ? "" : Buffer.alloc(height * (1 + width * 3))));
}

function pngOf(width: number, height: number, colour: number, data: Buffer, before: Buffer[] = []): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, colour], 8);
  const chunks = [chunk("IHDR", head), ...before, chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), ...chunks]);
}

function chunk(name: string, data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(name, 4, "latin1");
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}

export async function jpeg(width: number, height: number): Promise<Buffer> {
  return Buffer.from(await new Bun.Image(png(width, height)).jpeg().bytes());
}

export async function webp(width: number, height: number): Promise<Buffer> {
  return Buffer.from(await new Bun.Image(png(width, height)).webp().bytes());
}

/** With a place on earth, a camera's name and a turn of the picture, as telephones write them. */
export async function photograph(width: number, height: number): Promise<Buffer> {
  const plain = await jpeg(width, height);
  const tiff = Buffer.alloc(26 + 18);
  tiff.write("MM\0*\0\0\0\x08\0\x02", "latin1");
  // Orientation: turned by a quarter. Then the address of the place.
  tiff.set([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0], 10);
  tiff.set([0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 26], 22);
  tiff.write("GPS 51.5 N 0.1 W", 28, "latin1");
  return Buffer.concat([plain.subarray(0, 2), segment(0xe1, Buffer.concat([exif, tiff])), plain.subarray(2)]);
}

const exif = Buffer.from("Exif\0\0", "latin1");

function segment(marker: number, data: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([head, data]);
}

/** Says that it has so many pixels, and has none. */
export function jpegHead(width: number, height: number, marker = 0xc0): Buffer {
  const frame = Buffer.alloc(15);
  frame[0] = 8;
  frame.writeUInt16BE(height, 1);
  frame.writeUInt16BE(width, 3);
  return Buffer.concat([Buffer.from([0xff, 0xd8]), segment(marker, frame), Buffer.from([0xff, 0xd9])]);
}

/** Two pictures of one pixel, or one. */
export function gif(pictures: number): Buffer {
  const picture = Buffer.from([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0]);
  const head = Buffer.concat([Buffer.from("GIF89a\x01\0\x01\0\x80\0\0", "latin1"), Buffer.from("000fff")]);
  return Buffer.concat([head, ...Array.from({ length: pictures }, () => picture), Buffer.from(";")]);
}

/** Two frames of the size. */
export async function animatedWebp(width: number, height: number): Promise<Buffer> {
  const still = (await webp(width, height)).subarray(12);
  // A still one with an alpha channel has a head of its own before it.
  const picture = still.toString("latin1", 0, 4) === "VP8X" ? still.subarray(18) : still;
  const size = Buffer.alloc(6);
  size.writeUIntLE(width - 1, 0, 3);
  size.writeUIntLE(height - 1, 3, 3);
  const frame = riffChunk("ANMF", Buffer.concat([Buffer.alloc(6), size, Buffer.alloc(4), picture]));
  const head = riffChunk("VP8X", Buffer.concat([Buffer.from([2, 0, 0, 0]), size]));
  const body = Buffer.concat([Buffer.from("WEBP"), head, riffChunk("ANIM", Buffer.alloc(6)), frame, frame]);
  return riffChunk("RIFF", body);
}

function riffChunk(name: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(name, "latin1");
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
}

export async function bmp(width: number, height: number): Promise<Buffer> {
  const stride = Math.ceil((width * 3) / 4) * 4;
  const bytes = Buffer.alloc(54 + stride * height, 200);
  bytes.fill(0, 0, 54);
  bytes.write("BM");
  bytes.writeUInt32LE(bytes.length, 2);
  bytes.writeUInt32LE(54, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeUInt32LE(width, 18);
  bytes.writeUInt32LE(height, 22);
  bytes.set([1, 0, 24], 26);
  return bytes;
}
