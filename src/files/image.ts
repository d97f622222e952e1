/** An image → one that models take: small, in a format that all of them read, and without what it told besides. */
import { refuse, type AppError } from "../errors.ts";
import { firstFrame } from "./frames.ts";
import type { ImageHeader } from "./headers.ts";

export type ImageLimits = {
  imageSideMax: number;
  imageBytesMax: number;
  /** Of what is decoded whole, and of what is decoded at a fraction of its size. */
  imagePixelsMax: number;
  imagePixelsScaledMax: number;
};

export type Shrunk = {
  type: "image/jpeg" | "image/png";
  bytes: Uint8Array;
  width: number;
  height: number;
};

/** Throws AppError where it can't be read; `name` is for what is said then. */
export async function shrinkImage(
  bytes: Buffer,
  header: ImageHeader,
  name: string,
  limits: ImageLimits,
): Promise<Shrunk> {
  refuseTooLarge(header, name, limits);
  if (!header.isWhole) throw broken(name);
  const whole = header.format === "webp" && header.isAnimated ? firstFrame(bytes) : bytes;
  if (whole === null) throw broken(name);
  try {
    return await encode(whole, header, limits);
  } catch (error) {
    throw isUnreadable(error) ? broken(name, error) : error;
  }
}

/** By its head, before a pixel of it is in memory. */
function refuseTooLarge({ width, height, isScalable }: ImageHeader, name: string, limits: ImageLimits): void {
  const max = isScalable ? limits.imagePixelsScaledMax : limits.imagePixelsMax;
  if (width * height <= max) return;
  const values = { name, has: Math.ceil((width * height) / 1e6), max: Math.floor(max / 1e6) };
  throw refuse("bad_file", "imagePixels", values);
}

/**
 * JPEG, for there are servers that read nothing newer; PNG where pixels are see-through, or lines are sharp and it
 * takes little more. Decoding drops everything but pixels, and turns the picture as its camera was held.
 */
async function encode(
  bytes: Uint8Array,
  { format, hasAlpha }: ImageHeader,
  { imageSideMax, imageBytesMax, imagePixelsScaledMax }: ImageLimits,
): Promise<Shrunk> {
  const small = (source: Uint8Array) =>
    new Bun.Image(source, { maxPixels: imagePixelsScaledMax }).resize(imageSideMax, imageSideMax, {
      fit: "inside",
      withoutEnlargement: true,
    });
  if (format === "jpeg") return jpegOf(small(bytes), imageBytesMax);
  const image = small(bytes).png();
  const png = await image.bytes();
  const jpeg = await jpegOf(small(png), imageBytesMax);
  const isSharp = hasAlpha || png.length <= 1.5 * jpeg.bytes.length;
  return isSharp && png.length <= imageBytesMax
    ? { type: "image/png", bytes: png, width: image.width, height: image.height }
    : jpeg;
}

/** Noise of 1024 × 1024 takes 800 KB at the first of these. */
const qualities = [85, 60, 30];

async function jpegOf(image: Bun.Image, bytesMax: number): Promise<Shrunk> {
  for (const quality of qualities) {
    const bytes = await image.jpeg({ quality }).bytes();
    if (bytes.length > bytesMax) continue;
    return { type: "image/jpeg", bytes, width: image.width, height: image.height };
  }
  throw new Error(`an image takes more than ${bytesMax} bytes, however it is encoded`);
}

function isUnreadable(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("ERR_IMAGE_");
}

function broken(name: string, cause?: unknown): AppError {
  return refuse("bad_file", "imageBroken", { name }, cause);
}
