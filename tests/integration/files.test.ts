/** Files over HTTP: brought, shown to their owner alone, refused plainly, and taken back. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { startApp, type TestApp } from "../support/app.ts";
import { bring, type BringOptions } from "../support/bring.ts";
import { visit, type Visitor } from "../support/form.ts";
import * as pictures from "../support/pictures.ts";

setDefaultTimeout(20_000);

let app: TestApp;
let ann: Visitor;
let bob: Visitor;

beforeAll(async () => {
  app = await startApp({ limits: { filesBurst: 1000 } });
  ann = await visit(app.url);
  bob = await visit(app.url);
});
afterAll(() => app[Symbol.asyncDispose]());

const brought = (body: Bun.BodyInit, options: BringOptions = {}) => bring(app.url, ann.cookie, body, options);

function rows(table: string, of = app): number {
  const query = of.live.file?.db.query<{ count: number }, []>(`SELECT count(*) AS count FROM ${table}`);
  return query?.get()?.count ?? 0;
}

test("a picture that was brought is shown to its owner, as an image and nothing else [I12]", async () => {
  const { id, status, html } = await brought(pictures.png(60, 40), { name: "a cat.png" });
  expect([status, html]).toEqual([200, expect.stringContaining("a cat.png")]);
  expect(html).toContain("60 × 40 · ≈ 6 tokens");
  const response = await ann.get(`/files/${id}`);
  expect(response.status).toBe(200);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "content-type": "image/png",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "private, max-age=31536000, immutable",
  });
  const shown = await new Bun.Image(await response.bytes()).metadata();
  expect(shown).toEqual({ width: 60, height: 40, format: "png" });
});

test("to all others it is as one that is not there [A1]", async () => {
  const { id } = await brought(pictures.png(8, 8));
  const answer = async (path: string, visitor: Visitor | null) => {
    const response = await (visitor?.get(path) ?? fetch(`${app.url}${path}`));
    return [
      response.status,
      [...response.headers].filter(([name]) => name !== "date"),
      await response.text(),
    ];
  };
  const none = `/files/${crypto.randomUUID()}`;
  for (const visitor of [bob, null])
    expect(await answer(`/files/${id}`, visitor)).toEqual(await answer(none, visitor));
  const chipsOf = async (visitor: Visitor, ...ids: string[]): Promise<unknown> =>
    (await visitor.get(`/steps/files?ids=${ids.join("+")}`)).json();
  const nobodys = crypto.randomUUID();
  const gone = [id, nobodys].map((each) => ["remove", `f-${each}`]);
  expect(await chipsOf(bob, id, nobodys)).toEqual(gone);
  expect(await chipsOf(ann, id, nobodys)).toEqual([
    ["replace", `f-${id}`, expect.stringContaining("8 × 8")],
    ["remove", `f-${nobodys}`],
  ]);
  const headers = { Cookie: bob.cookie, Origin: app.url };
  await fetch(`${app.url}/files/${id}/remove`, { method: "POST", headers });
  expect((await ann.get(`/files/${id}`)).status).toBe(200);
});

test("a text is kept for the model, and is no page of this site [I12]", async () => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`;
  const { id, html } = await brought(svg, { name: "drawing.svg" });
  expect(html).toContain(`data-kind="file"`);
  expect((await ann.get(`/files/${id}`)).status).toBe(404);
});

test("the same file sent again is there once, and its id can't become another's", async () => {
  const first = await brought(pictures.png(9, 9), { name: "nine.png" });
  const before = [rows("files"), rows("contents")];
  const again = await brought(pictures.png(9, 9), { name: "nine.png", id: first.id });
  expect([again.status, again.html]).toEqual([200, first.html]);
  expect((await brought("other", { id: first.id })).status).toBe(409);
  expect([rows("files"), rows("contents")]).toEqual(before);
});

const refused: [what: string, name: string, bytes: () => Buffer | Promise<Buffer>, said: RegExp][] = [
  ["an image that is a text", "cat.png", () => Buffer.from("I am a cat"), /called a picture, but holds text/],
  ["100 megapixels", "huge.png", () => pictures.blackPng(10_000, 10_001, true), /has 101 megapixels/],
  ["a truncated image", "cut.jpg", async () => (await pictures.jpeg(50, 50)).subarray(0, 400), /incomplete/],
  ["an SVG with a script, called an image", "x.png", () => Buffer.from("<svg><script>"), /holds text/],
  ["a program", "a.out", () => Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0]), /neither a picture nor a text/],
  ["nothing", "empty.txt", () => Buffer.alloc(0), /is empty/],
];

for (const [what, name, bytes, said] of refused) {
  test(`${what} is refused with a sentence, and nothing of it is kept`, async () => {
    const before = [rows("files"), rows("contents")];
    const answer = await brought(await bytes(), { name });
    expect([answer.status, answer.code, answer.text]).toEqual([422, "bad_file", expect.stringMatching(said)]);
    expect(answer.text).toContain(name);
    expect([rows("files"), rows("contents")]).toEqual(before);
    expect((await ann.get("/")).status).toBe(200);
  });
}

test("a file is read only as far as it may go, whether it tells its length or not", async () => {
  await using small = await startApp({ limits: { fileBytesMax: 1024 * 1024 } });
  const { cookie } = await visit(small.url);
  const told = await bring(small.url, cookie, Buffer.alloc(1024 * 1024 + 1), { name: "long.txt" });
  expect([told.status, told.text]).toEqual([413, "“long.txt” is larger than 1 MB."]);
  let sent = 0;
  const endless = new ReadableStream({
    type: "direct",
    async pull(controller: ReadableStreamDirectController) {
      for (; sent < 64; sent += 1) {
        controller.write(Buffer.alloc(256 * 1024, "a"));
        await controller.flush();
      }
      controller.close();
    },
  } as never);
  const untold = await bring(small.url, cookie, endless, { name: "endless.txt" }).catch(() => null);
  expect(untold?.status ?? 413).toBe(413);
  expect(rows("files", small)).toBe(0);
});

test("another site, and who has no cookie, can bring and remove nothing [A2, A3]", async () => {
  const foreign = await brought("text", { headers: { Origin: "http://other.example" } });
  expect(foreign.status).toBe(403);
  const nobody = await bring(app.url, "", "text");
  expect(nobody.status).toBe(403);
  const { id } = await brought(pictures.png(5, 5));
  const headers = { Cookie: ann.cookie, Origin: "http://other.example" };
  const removal = await fetch(`${app.url}/files/${id}/remove`, { method: "POST", headers });
  expect(removal.status).toBe(403);
  expect((await ann.get(`/files/${id}`)).status).toBe(200);
});

test("what was not sent can be taken back, and is gone at once", async () => {
  const { id } = await brought(pictures.png(5, 6));
  const headers = { Cookie: ann.cookie, Origin: app.url };
  for (const _ of ["once", "and once more"]) {
    const removal = await fetch(`${app.url}/files/${id}/remove`, { method: "POST", headers });
    expect(removal.status).toBe(200);
  }
  expect((await ann.get(`/files/${id}`)).status).toBe(404);
});

test("who brings files too fast, or more than fits, is told so; others are not kept from it", async () => {
  await using tight = await startApp({
    env: { FILES_MB: "1" },
    limits: { filesBurst: 4, filesPerSecond: 0 },
  });
  const [one, other] = [await visit(tight.url), await visit(tight.url)];
  const text = (letter: string) => letter.repeat(300_000);
  const answers = [];
  for (const letter of ["a", "b", "c", "d", "e"])
    answers.push(await bring(tight.url, one.cookie, text(letter)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 507, 429]);
  expect(answers[3]?.text).toContain("take the 1 MB that there are");
  expect((await bring(tight.url, other.cookie, text("a"))).status).toBe(200);
});

test("where none are taken, that is said", async () => {
  await using none = await startApp({ env: { FILES_MB: "0" } });
  const { cookie } = await visit(none.url);
  expect(await bring(none.url, cookie, "text")).toMatchObject({
    status: 409,
    text: "No files are taken here.",
  });
});

test("one person has so many files on their way at once, and no more", async () => {
  await using few = await startApp({ limits: { uploadsPerAccount: 1 } });
  const { cookie } = await visit(few.url);
  const going = Promise.withResolvers<void>();
  const slow = new ReadableStream({
    async start(controller) {
      controller.enqueue(Buffer.from("first half, "));
      await going.promise;
      controller.enqueue(Buffer.from("second half"));
      controller.close();
    },
  });
  const first = bring(few.url, cookie, slow);
  // Asked until the first is under way: before that there is room.
  let second = await bring(few.url, cookie, "text");
  while (second.status !== 503) second = await bring(few.url, cookie, "text");
  expect(second.text).toContain("Many files are coming just now");
  going.resolve();
  expect((await first).status).toBe(200);
  expect((await bring(few.url, cookie, "text")).status).toBe(200);
});

test("while a large picture is made small, others are answered", async () => {
  const large = pictures.blackPng(5000, 4000);
  const coming = brought(large);
  const healthy = async () => {
    expect((await fetch(`${app.url}/healthz`)).status).toBe(200);
    return false;
  };
  let answered = 0;
  while (!(await Promise.race([coming.then(() => true), healthy()]))) answered += 1;
  expect((await coming).status).toBe(200);
  expect(answered).toBeGreaterThan(5);
});

test("a file of a temporary chat is in memory alone, and in no cache", async () => {
  const before = rows("files");
  const { id } = await brought(pictures.png(7, 7), { isTemporary: true });
  expect(rows("files")).toBe(before);
  const response = await ann.get(`/files/${id}`);
  expect([response.status, response.headers.get("cache-control")]).toEqual([200, "no-store"]);
});
