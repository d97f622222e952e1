/** Requests about files → answers: one is brought, shown to its owner, or taken back before it was sent. */
import type { Fragments } from "../../render/fragments.ts";
import type { Language } from "../../words/words.ts";
import type { Viewer } from "../access/viewer.ts";
import { idInPath, jsonResponse } from "../answers.ts";
import { readBytes } from "../bodies.ts";
import { bringFile, type BringParts } from "./bring.ts";

export type FileParts = BringParts & { pages: { fragments(language: Language): Fragments } };

/**
 * The bytes alone, to be kept under the id in the path; their name, as in an address, in a header of our own. Answers
 * with steps: what stands in the composer for a file that is coming becomes what stands there for one that has come.
 * `hasCome` is called when all of its bytes are there.
 */
export async function answerUpload(
  parts: FileParts,
  viewer: Viewer,
  request: Request,
  hasCome: () => void,
): Promise<Response | null> {
  const id = idInPath(request);
  if (id === null) return null;
  const name = nameIn(request);
  const isTemporary = new URL(request.url).searchParams.has("temporary");
  const read = async (bytesMax: number) => {
    const bytes = await readBytes(request, binaryType, bytesMax, tooLarge(name));
    hasCome();
    return bytes;
  };
  const { file, note } = await bringFile(parts, viewer, { id, name, isTemporary, read });
  return jsonResponse(parts.pages.fragments(viewer.language).chip(file, note));
}

/** As an image and nothing else, to its owner alone; all else is as if it were not there. */
export async function answerFile(
  { store }: FileParts,
  viewer: Viewer,
  request: Request,
): Promise<Response | null> {
  const id = idInPath(request);
  const found = id === null ? null : await store.files.read(viewer.account, id);
  if (found === null || found.type === "text/plain") return null;
  return new Response(new Uint8Array(found.bytes), {
    headers: {
      // An id has the same bytes for ever. What is in no file here is not to be in the browser's either.
      "Cache-Control": found.isTemporary ? "no-store" : "private, max-age=31536000, immutable",
      "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
      "Content-Type": found.type,
    },
  });
}

/** What is gone already is as it was wished. What a message carries goes with the message. */
export async function answerRemoval(
  { store }: FileParts,
  viewer: Viewer,
  request: Request,
): Promise<Response> {
  const id = idInPath(request);
  if (id !== null) await store.files.forget(viewer.account, id);
  return jsonResponse({});
}

const binaryType = "application/octet-stream";

export function tooLarge(name: string) {
  return (bytesMax: number) => {
    return { refusal: "fileLarge" as const, values: { name, max: Math.round(bytesMax / 2 ** 20) } };
  };
}

function nameIn(request: Request): string {
  try {
    return decodeURIComponent(request.headers.get("x-file-name") ?? "");
  } catch {
    // A name is for people alone: one that can't be read is none.
    return "";
  }
}
