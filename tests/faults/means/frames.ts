/** Where WebSocket frames end in a stream of bytes: RFC 6455, section 5.2. */

export type FrameScanner = {
  /** Ends of the frames that end in these bytes, from the beginning of these; the handshake counts as one. */
  push(bytes: Uint8Array): number[];
};

export function createFrameScanner(): FrameScanner {
  let rest = Buffer.alloc(0);
  let isOpen = false;
  return {
    push(bytes) {
      const before = rest.length;
      rest = Buffer.concat([rest, bytes]);
      const ends: number[] = [];
      let at = 0;
      for (;;) {
        const length = isOpen ? frameLength(rest.subarray(at)) : headLength(rest);
        if (length === null || at + length > rest.length) break;
        isOpen = true;
        at += length;
        ends.push(at - before);
      }
      rest = rest.subarray(at);
      return ends;
    },
  };
}

function headLength(bytes: Buffer): number | null {
  const end = bytes.indexOf("\r\n\r\n");
  return end === -1 ? null : end + 4;
}

/** Null where too little of the frame's own head is there. */
function frameLength(bytes: Buffer): number | null {
  const second = bytes[1];
  if (second === undefined) return null;
  const maskBytes = second & 0x80 ? 4 : 0;
  const short = second & 0x7f;
  if (short < 126) return 2 + maskBytes + short;
  if (short === 126) return bytes.length < 4 ? null : 4 + maskBytes + bytes.readUInt16BE(2);
  return bytes.length < 10 ? null : 10 + maskBytes + Number(bytes.readBigUInt64BE(2));
}
