/** PDFs: their text page by page, and what is said of those that are locked, broken, or made to harm. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { startPdfReader } from "../../src/app/threads.ts";
import { LIMITS } from "../../src/config/limits.ts";
import { cleanText } from "../../src/files/pdf/clean.ts";
import { readPages } from "../../src/files/pdf/pages.ts";
import { createPdfReader } from "../../src/files/pdf/read.ts";
import type { Cipher } from "../support/pdf-cipher.ts";
import { cyclicPdf, manifoldPdf, pdf, pdfDrawn, slowPdf, tablePdf } from "../support/pdfs.ts";
import { randomOf, seedOf } from "../support/random.ts";

setDefaultTimeout(60_000);

const limits = { ...LIMITS, textBytesMax: 400_000 };
const read = (bytes: Buffer, given: Partial<typeof limits> = {}) => readPages(bytes, { ...limits, ...given });

const pages = ["Hello (world),\n1 < 2", "", "Grüße, Ωμέγα 日本 😀"];
const text = `[Page 1 of 3]\n${pages[0]}\n\n[Page 3 of 3]\n${pages[2]}`;
const whole = { type: "text", text, pages: 3, hasGaps: true } as const;

test("its text comes page by page, however its objects are written", async () => {
  expect(await read(pdf(pages))).toEqual(whole);
  expect(await read(pdf(pages, { isPacked: true }))).toEqual(whole);
  expect(await read(pdf(["One"]))).toEqual({
    type: "text",
    text: "[Page 1 of 1]\nOne",
    pages: 1,
    hasGaps: false,
  });
});

test("Chinese, Japanese and Korean are read by their tables of codes, which no such file has in it", async () => {
  const given: [table: string, ordering: string, codes: string, text: string][] = [
    ["90ms-RKSJ-H", "Japan1", "93fa967b8cea", "日本語"],
    ["UniJIS-UCS2-H", "Japan1", "65e5672c8a9e", "日本語"],
    ["GBK-EUC-H", "GB1", "d6d0cec4", "中文"],
    ["ETen-B5-H", "CNS1", "a4a4a4e5", "中文"],
    ["KSCms-UHC-H", "Korea1", "c7d1b1db", "한글"],
  ];
  for (const [table, ordering, codes, said] of given)
    expect(await read(tablePdf(table, ordering, codes))).toMatchObject({ text: `[Page 1 of 1]\n${said}` });
});

test("one that is encrypted is read where it opens without a password, and is locked else", async () => {
  for (const cipher of ["rc4", "aes-128"] satisfies Cipher[]) {
    expect(await read(pdf(pages, { cipher }))).toEqual(whole);
    expect(await read(pdf(pages, { cipher, password: "secret" }))).toEqual({ type: "locked" });
  }
  expect(await read(pdf(pages, { cipher: "aes-256" }))).toEqual({ type: "locked" });
});

test("bombs end at the bound of memory, and what is left of it is enough for others [I11]", async () => {
  const bombs = {
    nested: pdfDrawn(Buffer.alloc(64 * 2 ** 20, " "), 3),
    drawings: manifoldPdf(),
  };
  const pdfMemoryBytesMax = 32 * 2 ** 20;
  expect(bombs.nested.length).toBeLessThan(10_000);
  for (const [name, bomb] of Object.entries(bombs))
    expect({ name, ...(await read(bomb, { pdfMemoryBytesMax })) }).toEqual({ name, type: "full" });
  expect(await read(Buffer.concat([pdf(pages), Buffer.alloc(32 * 2 ** 20)]), { pdfMemoryBytesMax })).toEqual({
    type: "full",
  });
  expect(await read(pdfDrawn("BT /F 9 Tf (small) Tj ET", 3), { pdfMemoryBytesMax })).toMatchObject({
    type: "text",
  });
});

test("more pages or more text than may be is told in numbers, without reading on", async () => {
  expect(await read(pdf(Array.from({ length: 10_000 }, () => "")))).toEqual({ type: "pages", pages: 10_000 });
  const long = pdf(Array.from({ length: 900 }, () => "0123456789\n".repeat(10)));
  expect(await read(long, { textBytesMax: 1000 })).toEqual({ type: "long", page: 8, pages: 900 });
  const one = pdfDrawn(`BT /F 9 Tf ${"(0123456789) Tj ".repeat(10_000)} ET`);
  expect(await read(one, { textBytesMax: 1000 })).toEqual({ type: "long", page: 1, pages: 1 });
});

test("pages without text, none at all, and those that go in circles are told apart", async () => {
  expect(await read(pdf(["", ""]))).toEqual({ type: "empty" });
  expect(await read(pdf([]))).toEqual({ type: "broken" });
  expect(await read(cyclicPdf())).toEqual({ type: "broken" });
});

test("what is cut off or changed at random gives its text or a reason, and never an error [I11]", async () => {
  const random = randomOf(seedOf("damaged PDFs"));
  const kinds = new Set<string>();
  for (let round = 0; round < 30; round += 1) {
    const bytes = pdf(pages, { isPacked: round % 2 === 0, ...(round % 3 === 0 ? { cipher: "rc4" } : {}) });
    // The first is whole.
    for (let n = random.below(1 + round); n > 0; n -= 1)
      bytes[random.below(bytes.length)] = random.below(256);
    kinds.add((await read(bytes.subarray(0, bytes.length - random.below(1 + 10 * round)))).type);
  }
  expect([...kinds]).toEqual(expect.arrayContaining(["text", "broken"]));
  expect((await read(Buffer.from("%PDF-1.7\n"))).type).toBe("broken");
});

test("what no eye could see of it is not in the text [I1]", async () => {
  const hidden = "a\u202eb\u200bc\u0007d\u{e0069}\u{e0067}e\ufefff\u00adg";
  expect(await read(pdf([`${hidden} ﬁnd exam-\nple`]))).toMatchObject({
    text: "[Page 1 of 1]\nabcdefg find example",
  });
  expect(cleanText("a  \r\n\r\n\r\n\tb\u2028c\0\ud800\ufffe")).toBe("a\n\n\tb\nc\ufffd");
  // Words of Persian, and a family: joined, they are other words and another picture.
  for (const joined of ["می\u200cخواهم", "👨\u200d👩\u200d👧", "❤\ufe0f\u200d🔥"])
    expect(cleanText(joined)).toBe(joined);
  expect(cleanText(`a${"\u200c\u200d".repeat(40)}b`)).toBe("ab");
});

test("a thread reads one, one after the other, and ends with it; who comes when too many wait is told so", async () => {
  let [open, most] = [0, 0];
  const closed: Promise<void>[] = [];
  const start = () => {
    const thread = startPdfReader();
    most = Math.max(most, (open += 1));
    const close = Promise.withResolvers<void>();
    thread.addEventListener("close", () => close.resolve());
    closed.push(close.promise.then(() => void (open -= 1)));
    return thread;
  };
  const readPdf = createPdfReader(start, { ...LIMITS, pdfMs: 50_000, pdfsWaitingMax: 2 });
  const given = [pdf(pages), pdf(pages, { cipher: "aes-256" }), pdf(["", ""])];
  const answers = given.map((bytes) => readPdf(bytes, 400_000));
  await expect(readPdf(pdf(pages), 400_000)).rejects.toThrow("Try again in a moment");
  expect(await Promise.all(answers)).toEqual([whole, { type: "locked" }, { type: "empty" }]);
  await Promise.all(closed);
  expect([most, open, closed.length]).toEqual([1, 0, 3]);
});

test("one that takes too long is given up, its thread with it, and the next is read [I11]", async () => {
  const closed = Promise.withResolvers<void>();
  let threads = 0;
  const start = () => {
    const thread = startPdfReader();
    threads += 1;
    if (threads === 1) thread.addEventListener("close", () => closed.resolve());
    return thread;
  };
  const bounds = { ...LIMITS, pdfMs: 3000 };
  expect(await createPdfReader(start, bounds)(slowPdf(), 400_000)).toEqual({ type: "late" });
  await closed.promise;
  expect(await createPdfReader(start, { ...bounds, pdfMs: 50_000 })(pdf(pages), 400_000)).toEqual(whole);
});
