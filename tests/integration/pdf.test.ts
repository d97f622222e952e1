/** PDFs from the upload to the model: their text, their pages, and what is said of those that can't be read. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { resting, startApp, type TestApp } from "../support/app.ts";
import { bring, type BringOptions } from "../support/bring.ts";
import { cyclicPdf, manifoldPdf, pdf, slowPdf } from "../support/pdfs.ts";
import { visit } from "../support/form.ts";
import { payloads } from "../support/payloads.ts";
import { openTab, type Tab } from "../support/tab.ts";
import { delta, done, finish, startUpstream, type Upstream } from "../support/upstream.ts";

setDefaultTimeout(60_000);

let upstream: Upstream;
let app: TestApp;
let tab: Tab;

beforeAll(async () => {
  upstream = await startUpstream((_, reply) => reply.stream([delta("Read."), finish("stop"), done()]));
  const env = { INFERENCE_URL: upstream.url, MODEL: "reader", TITLE_MODEL: "none" };
  app = await startApp({ env, limits: { filesBurst: 1000, fileTokensMax: 10_000, pdfMs: 50_000 } });
  tab = await openTab(app.url);
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await upstream.stop();
});

const brought = (body: Buffer, options: BringOptions = {}) =>
  bring(app.url, tab.cookie, new Uint8Array(body), options);

const get = (path: string) => fetch(app.url + path, { headers: { Cookie: tab.cookie } });

function rows(table: string): number {
  const query = app.live.file?.db.query<{ count: number }, []>(`SELECT count(*) AS count FROM ${table}`);
  return query?.get()?.count ?? 0;
}

/** What a model was sent with the file, and the page that shows it. */
async function asks(file: string) {
  const conversation = crypto.randomUUID();
  const op = { op: "message.send", conversation, parent: null, text: "What is it?", files: [file] };
  const asked = tab.ask(op as never);
  expect((await tab.answered(asked)).type).toBe("ack");
  await resting(app);
  const sent = upstream.requests.at(-1)?.json as { messages: { content: unknown }[] };
  return { conversation, sent, page: await (await get(`/conversations/${conversation}`)).text() };
}

/** What is below a page's end is not on it. */
function pagesOf(lines: string[]): string[] {
  const pages: string[] = [];
  for (let at = 0; at < lines.length; at += 40) pages.push(lines.slice(at, at + 40).join("\n"));
  return pages;
}

test("its text goes to the model page by page; people see its name and how many pages it has", async () => {
  const { id, status, html } = await brought(pdf(["The first ```page```", "", "Third <b>page</b>"]), {
    name: "report.pdf",
  });
  expect([status, html]).toEqual([200, expect.stringContaining("report.pdf")]);
  expect(html).toContain("3 pages · ≈ 37 tokens · some pages have no text");
  expect(html).toContain(`data-kind="file"`);
  expect(html).toContain(`data-tokens="37"`);
  // As a draft brings it back: from what is kept.
  expect(await (await get(`/steps/files?ids=${id}`)).text()).toContain("3 pages · ≈ 37 tokens");
  const { conversation, page, sent } = await asks(id);
  const content = sent.messages.at(-1)?.content;
  expect(content).toContain("report.pdf");
  expect(content).toContain("[Page 1 of 3]\nThe first ```page```\n\n[Page 3 of 3]\nThird <b>page</b>\n");
  expect(page).toContain(`<span class="attached__size">3 pages</span>`);
  expect(page).not.toContain("Third");
  expect(await (await get(`/conversations/${conversation}/export.json`)).json()).toMatchObject({
    conversations: [{ messages: [{ parts: [{}, { type: "file", name: "report.pdf", pages: 3 }] }, {}] }],
  });
  // The text is what is kept, and it is no page of this site.
  expect((await get(`/files/${id}`)).status).toBe(404);
});

test("what wants to run is text to the model, and on no page [I1, I12]", async () => {
  const harmful = payloads(app.url).map((each) => each.replace(/\s+/g, " ").trim());
  const name = `${harmful[0]}.pdf`;
  const { id, status, html } = await brought(pdf(pagesOf(harmful.filter((each) => each.length < 90))), {
    name,
  });
  expect([status, html]).toEqual([200, expect.not.stringContaining("<img src=x")]);
  const { page, sent } = await asks(id);
  expect(harmful.filter((each) => page.includes(each))).toEqual([]);
  const content = String(sent.messages.at(-1)?.content);
  expect(harmful.filter((each) => content.includes(each)).length).toBeGreaterThan(100);
});

const refused: [what: string, bytes: () => Buffer, said: string][] = [
  ["with a password", () => pdf(["a"], { cipher: "aes-256" }), "is locked with a password"],
  ["cut off", () => pdf(["a"]).subarray(0, 200), "is damaged"],
  ["that goes in circles", cyclicPdf, "is damaged"],
  ["of pictures alone", () => pdf(["", ""]), "has no text in it"],
  ["of 1,001 pages", () => pdf(Array.from({ length: 1001 }, () => "")), "has 1,001 pages; at most 1,000"],
  [
    "with too much text",
    () => pdf(Array.from({ length: 40 }, () => "0123456789 0123456789 0123456789\n".repeat(40))),
    "by page 30 of 40 it is more than the 10,000 tokens",
  ],
  ["that is a bomb", manifoldPdf, "takes too much work to read"],
];

for (const [what, bytes, said] of refused) {
  test(`a PDF ${what} is refused with a sentence, and nothing of it is kept [I11]`, async () => {
    const before = [rows("files"), rows("contents")];
    const answer = await brought(bytes(), { name: "report.pdf" });
    expect([answer.status, answer.code, answer.text]).toEqual([
      422,
      "bad_file",
      expect.stringContaining(said),
    ]);
    expect(answer.text).toContain("“report.pdf”");
    expect([rows("files"), rows("contents")]).toEqual(before);
  });
}

test("while one takes too long, others are answered, and who brought it waits for the answer [I11]", async () => {
  // Bun cuts silent lines at its next look, which is every four seconds.
  await using busy = await startApp({ limits: { pdfMs: 7000, idleRequestS: 1 } });
  const { cookie } = await visit(busy.url);
  const coming = bring(busy.url, cookie, new Uint8Array(slowPdf()), { name: "slow.pdf" });
  const healthy = async () => {
    expect((await fetch(`${busy.url}/healthz`)).status).toBe(200);
    return null;
  };
  let answered = 0;
  let answer = null;
  while (answer === null) {
    answer = await Promise.race([coming, healthy()]);
    answered += 1;
  }
  expect([answer.status, answer.text]).toEqual([422, expect.stringContaining("takes too much work")]);
  expect(answered).toBeGreaterThan(20);
});

test("several that come at once are read one after the other", async () => {
  const people = await Promise.all(Array.from({ length: 3 }, () => visit(app.url)));
  const answers = await Promise.all(
    people.map(({ cookie }, n) => bring(app.url, cookie, new Uint8Array(pdf([`Page of ${n}`])))),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
});
