/** A long reply: what is sent stays within four times its bytes, and the tab ends with the page's own body. */
import { expect, test } from "bun:test";
import { startApp, upstreamEnv } from "../support/app.ts";
import { bodiesIn } from "../support/page.ts";
import { openTab } from "../support/tab.ts";
import { delta, done, finish, startUpstream } from "../support/upstream.ts";

const BYTES = 200_000;
/** About as many letters as a few tokens. */
const PIECE = 160;
/** For frames' own fields, while the reply is short. */
const ALLOWANCE = 8192;

const shapes: [shape: string, start: string, unit: (index: number) => string][] = [
  ["list", "", (index) => `- Item ${index} with *some* words and \`code\`\n`],
  ["table", "| a | b | c |\n|---|---|---|\n", (index) => `| ${index} | some words | **more** of them |\n`],
  ["paragraph", "", (index) => `Sentence ${index} has *some* words in it. `],
  ["block of code", "```js\n", (index) => `const value${index} = compute("${index}", <T>x);\n`],
  ["list of long items", "", (index) => (index % 100 === 0 ? "\n- " : `word${index} and *more* `)],
  [
    "row of paragraphs",
    "",
    (index) => `A paragraph ${index} with [a link](https://example.com/${index}).\n\n`,
  ],
];

function textOf(start: string, unit: (index: number) => string): string {
  let text = start;
  for (let index = 0; text.length < BYTES; index++) text += unit(index);
  return text;
}

for (const [shape, start, unit] of shapes) {
  test(`a reply of 200 KB as one ${shape} costs at most four times its bytes (O8)`, async () => {
    const text = textOf(start, unit);
    await using upstream = await startUpstream(async (_, reply) => {
      reply.open();
      for (let at = 0; at < text.length; at += PIECE) {
        await reply.write(delta(text.slice(at, at + PIECE)));
        if (at % (8 * PIECE) === 0) await Bun.sleep(2);
      }
      await reply.write(finish("stop") + done());
      reply.end();
    });
    await using app = await startApp({ env: upstreamEnv(upstream), limits: { patchMs: 2 } });
    const tab = await openTab(app.url);
    await tab.send("Go");
    await tab.ended();
    const replies = tab.frames.filter((frame) => frame.type === "reply");
    const bytes = replies.reduce((sum, frame) => sum + Buffer.byteLength(JSON.stringify(frame)), 0);
    expect(replies.length).toBeGreaterThan(10);
    expect(bytes).toBeLessThan(4 * text.length + ALLOWANCE);
    expect(tab.gaps).toBe(0);
    const page = await openTab(app.url, {
      cookie: tab.cookie,
      path: `/conversations/${tab.position.conversation}`,
    });
    const [body = ""] = bodiesIn(page.html);
    expect(body.length).toBeGreaterThan(BYTES / 2);
    // Compared by a flag: the difference of two such texts takes minutes to print.
    expect(tab.body() === body).toBe(true);
  }, 20_000);
}
