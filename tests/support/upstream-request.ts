/** The requests in the bytes of one HTTP/1.1 connection. */

export type Head = {
  method: string;
  path: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string;
};

/**
 * Feeds on reads of any size; calls back for each whole request. Bodies have a content-length or are chunked.
 * What does not begin as a request, such as TLS, is garbage.
 */
export function createRequestReader(
  onRequest: (head: Head) => void,
  onGarbage: () => void,
): (bytes: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    if (rest.length > 0 && !/^[A-Z]/.test(rest.toString("latin1", 0, 1))) return onGarbage();
    for (;;) {
      const end = rest.indexOf("\r\n\r\n");
      if (end === -1) return;
      const { method, path, headers } = parseHead(rest.subarray(0, end).toString("latin1"));
      const after = rest.subarray(end + 4);
      const body =
        headers["transfer-encoding"] === "chunked" ? readChunked(after) : readSized(after, headers);
      if (body === null) return;
      rest = Buffer.from(after.subarray(body.length));
      onRequest({ method, path, headers, body: body.text });
    }
  };
}

type Body = { text: string; length: number } | null;

function parseHead(text: string): { method: string; path: string; headers: Record<string, string> } {
  const [first = "", ...lines] = text.split("\r\n");
  const [method = "", path = ""] = first.split(" ");
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(":");
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return { method, path, headers };
}

function readSized(bytes: Buffer, headers: Record<string, string>): Body {
  const length = Number(headers["content-length"] ?? 0);
  return bytes.length < length ? null : { text: bytes.toString("utf8", 0, length), length };
}

function readChunked(bytes: Buffer): Body {
  const pieces: Buffer[] = [];
  for (let at = 0; ;) {
    const end = bytes.indexOf("\r\n", at);
    if (end === -1) return null;
    const size = parseInt(bytes.toString("latin1", at, end), 16);
    const next = end + 2 + size + 2;
    if (bytes.length < next) return null;
    if (size === 0) return { text: Buffer.concat(pieces).toString("utf8"), length: next };
    pieces.push(bytes.subarray(end + 2, end + 2 + size));
    at = next;
  }
}
