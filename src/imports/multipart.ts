/** The file in a form that comes in chunks, as RFC 7578 has it: of one with a single field. */

export type FilePart = {
  /** What of the chunk is in the file. */
  push(chunk: Uint8Array): Uint8Array;
  /** False where the form was not one, or ended before its file did. */
  end(): boolean;
};

/** Without a boundary all is the file. */
export function createFilePart(boundary: string | null): FilePart {
  if (boundary === null) return { push: (chunk) => chunk, end: () => true };
  const edge = Buffer.from(`\r\n--${boundary}`);
  let state: "head" | "file" | "over" | "none" = "head";
  // As if there were a line before the first, whose end every boundary has in front.
  let rest = Buffer.from("\r\n");

  const push = (chunk: Uint8Array): Uint8Array => {
    if (state === "over" || state === "none") return nothing;
    rest = Buffer.concat([rest, chunk]);
    if (state === "head") {
      const bodyAt = rest.indexOf("\r\n\r\n");
      if (bodyAt < 0 || bodyAt > headBytesMax) {
        if (rest.length > headBytesMax) state = "none";
        return nothing;
      }
      state = rest.subarray(0, edge.length).equals(edge) ? "file" : "none";
      if (state === "none") return nothing;
      rest = rest.subarray(bodyAt + 4);
    }
    const edgeAt = rest.indexOf(edge);
    if (edgeAt >= 0) state = "over";
    // The last bytes may be a boundary's beginning.
    const length = edgeAt >= 0 ? edgeAt : Math.max(0, rest.length - edge.length);
    const file = rest.subarray(0, length);
    rest = rest.subarray(length);
    return file;
  };
  return { push, end: () => state === "over" };
}

/** Null for what is no such form. */
export function boundaryOf(contentType: string | null): string | null {
  const found = /^multipart\/form-data;.*\bboundary=(?:"([^"\r\n]{1,70})"|([^\s;"]{1,70}))/i.exec(
    contentType ?? "",
  );
  return found?.[1] ?? found?.[2] ?? null;
}

const headBytesMax = 8192;
const nothing = new Uint8Array();
