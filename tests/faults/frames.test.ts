/** Frames of our own making, right and wrong: the right ones are answered, the wrong ones end their own line only. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { startApp, type TestApp } from "../support/app.ts";
import { randomOf, seedOf } from "../support/random.ts";
import { loadTab, openTab } from "../support/tab.ts";
import { encodeFrame, openRawSocket, opcodes, type RawFrame } from "./means/raw-socket.ts";

// Other tests may run beside these.
setDefaultTimeout(30_000);

const ping = `{"op":"ping"}`;
const pong = `{"type":"pong"}`;
const { text, binary, continuation, close } = opcodes;

const right: [what: string, frames: RawFrame[], answer: { texts?: string[]; pongs?: string[] }][] = [
  ["a text", [{ opcode: text, payload: ping }], { texts: [pong] }],
  [
    "a text in three parts, with a control frame among them",
    [
      { opcode: text, payload: ping.slice(0, 3), isFinal: false },
      { opcode: opcodes.ping, payload: "between" },
      { opcode: continuation, payload: ping.slice(3, 8), isFinal: false },
      { opcode: continuation, payload: ping.slice(8) },
    ],
    { texts: [pong], pongs: ["between"] },
  ],
  [
    "empty parts",
    [
      { opcode: text, payload: "", isFinal: false },
      { opcode: continuation, payload: ping, isFinal: false },
      { opcode: continuation, payload: "" },
    ],
    { texts: [pong] },
  ],
  [
    "a pong that nobody asked for",
    [{ opcode: opcodes.pong }, { opcode: text, payload: ping }],
    { texts: [pong] },
  ],
  ["a ping of 125 bytes", [{ opcode: opcodes.ping, payload: "x".repeat(125) }], { pongs: ["x".repeat(125)] }],
];

test("right frames are answered, however they are cut [P9]", async () => {
  await using app = await startApp();
  const { cookie } = await loadTab(app.url);
  for (const [what, frames, { texts = [], pongs = [] }] of right) {
    const socket = await openRawSocket(app.url, cookie);
    // A byte a write.
    for (const byte of Buffer.concat(frames.map(encodeFrame))) socket.bytes(Uint8Array.of(byte));
    const heard = await socket.rest(400);
    expect([what, heard]).toEqual([what, { texts, pongs, code: null, isClosed: false }]);
  }
});

const half = Buffer.from("é").subarray(0, 1);

const wrong: [what: string, frames: RawFrame[]][] = [
  ["no mask", [{ opcode: text, payload: ping, isMasked: false }]],
  ["reserved bits", [{ opcode: text, payload: ping, reserved: 4 }]],
  ["an opcode that is none", [{ opcode: 3, payload: ping }]],
  ["a control opcode that is none", [{ opcode: 11 }]],
  ["a ping in parts", [{ opcode: opcodes.ping, isFinal: false }]],
  ["a ping that is too long", [{ opcode: opcodes.ping, payload: "x".repeat(126) }]],
  ["a continuation of nothing", [{ opcode: continuation, payload: ping }]],
  [
    "a text inside a text",
    [
      { opcode: text, payload: "{", isFinal: false },
      { opcode: text, payload: ping },
    ],
  ],
  ["a length of 2^63", [{ opcode: text, payload: ping, saidLength: -1, lengthBytes: 8 }]],
  ["a length past the limit", [{ opcode: text, payload: ping, saidLength: 10_000_000 }]],
  ["bad UTF-8", [{ opcode: text, payload: Uint8Array.of(0xc3, 0x28) }]],
  [
    "a character that never ends",
    [
      { opcode: text, payload: half, isFinal: false },
      { opcode: continuation, payload: "x" },
    ],
  ],
  ["a close code of one byte", [{ opcode: close, payload: Uint8Array.of(3) }]],
  ["a close code that is none", [{ opcode: close, payload: Uint8Array.of(0, 1) }]],
  ["a close code that is never sent", [{ opcode: close, payload: Uint8Array.of(3, 0xed) }]],
];

test("wrong frames end their line, and nobody else's [P9]", async () => {
  await using app = await startApp();
  const tab = await openTab(app.url);
  for (const [what, frames] of wrong) {
    const socket = await openRawSocket(app.url, tab.cookie);
    socket.send(...frames, { opcode: text, payload: ping });
    const heard = await socket.rest();
    expect([what, heard.isClosed, heard.texts]).toEqual([what, true, []]);
  }
  await expectWell(app, tab);
});

test("bytes that are bytes are refused as no op, and the line goes on [P9]", async () => {
  await using app = await startApp();
  const { cookie } = await loadTab(app.url);
  const socket = await openRawSocket(app.url, cookie);
  socket.send({ opcode: binary, payload: ping }, { opcode: text, payload: ping });
  const { texts, isClosed } = await socket.rest(400);
  expect([texts.length, texts[1], isClosed]).toEqual([2, pong, false]);
  expect(texts[0]).toContain("bad_op");
});

test("a close is answered with its code [P9]", async () => {
  await using app = await startApp();
  const { cookie } = await loadTab(app.url);
  for (const code of [1000, 1001, 3000, 4999]) {
    const socket = await openRawSocket(app.url, cookie);
    const payload = Buffer.alloc(2);
    payload.writeUInt16BE(code);
    socket.send({ opcode: close, payload });
    expect(await socket.rest()).toEqual({ texts: [], pongs: [], code, isClosed: true });
  }
});

const seed = seedOf("frames");

test("any bytes at all crash nothing [P9]", async () => {
  await using app = await startApp({ limits: { opsBurst: 1e6, socketsPerAccount: 200 } });
  const tab = await openTab(app.url);
  const random = randomOf(seed);
  const heard = Array.from({ length: 150 }, async () => {
    const socket = await openRawSocket(app.url, tab.cookie);
    const bytes = Buffer.concat([
      encodeFrame({ opcode: text, payload: ping }),
      ...Array.from({ length: 1 + random.below(4) }, () => encodeFrame(randomFrame(random))),
    ]);
    // Some bits flipped, some of the end cut off.
    for (let flips = random.below(4); flips > 0; flips--)
      bytes[random.below(bytes.length)] = random.below(256);
    socket.bytes(bytes.subarray(0, bytes.length - random.below(8)));
    return socket.rest(300);
  });
  expect((await Promise.all(heard)).length).toBe(150);
  await expectWell(app, tab);
});

function randomFrame(random: ReturnType<typeof randomOf>): RawFrame {
  return {
    opcode: random.below(16),
    payload: Buffer.from(Array.from({ length: random.below(140) }, () => random.below(256))),
    isFinal: random.below(3) > 0,
    isMasked: random.below(8) > 0,
    reserved: random.below(8) === 0 ? random.below(8) : 0,
  };
}

async function expectWell(app: TestApp, tab: Awaited<ReturnType<typeof openTab>>): Promise<void> {
  const seen = tab.frames.length;
  tab.ask({ op: "ping" });
  await tab.until(() => tab.frames.slice(seen).some((frame) => frame.type === "pong"));
  expect(tab.closeCode).toBeNull();
  expect(app.logged.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  while (app.live.connections.sockets.size > 1) await Bun.sleep(1);
}
