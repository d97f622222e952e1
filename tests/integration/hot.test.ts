/** `bun --hot` on a copy that is edited: every kind of file, both ways of saving, while a reply is being written. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { upstreamEnv } from "../support/app.ts";
import { startProgram, until, type Program } from "../support/process.ts";
import { copyProject, type ProjectCopy } from "../support/project-copy.ts";
import { openTab, type FrameOf, type Tab } from "../support/tab.ts";
import { checkpointed, createWords, type Words } from "../support/endless.ts";
import { startUpstream } from "../support/upstream.ts";

type Edit = {
  what: string;
  path: string;
  change(text: string, mark: string): string;
  /** What is logged when it has been taken. */
  event: "look.reloaded" | "app.reloaded";
  /** Where the mark shows. */
  shown: "page" | "app.css" | "app.js";
};

const edits: Edit[] = [
  {
    what: "a template",
    path: "templates/layout.hbs",
    change: (text, mark) => text.replace("<head>", `<head><meta name="${mark}">`),
    event: "look.reloaded",
    shown: "page",
  },
  {
    what: "a stylesheet that another imports",
    path: "static/message.css",
    change: (text, mark) => text.replace(/\}\s*$/, `.${mark} { order: 7 } }\n`),
    event: "look.reloaded",
    shown: "app.css",
  },
  {
    what: "the browser's code",
    path: "src/client/reading/scroll.ts",
    change: (text, mark) => `${text}document.documentElement.dataset["mark"] = "${mark}";\n`,
    event: "look.reloaded",
    shown: "app.js",
  },
  {
    what: "the server's code",
    path: "src/server/pages.ts",
    change: (text, mark) =>
      text.replace(/(const view: ChatView = \{\n) *title: .*\n/, `$1title: "${mark}",\n`),
    event: "app.reloaded",
    shown: "page",
  },
  {
    what: "code that server and browser share",
    path: "src/protocol.ts",
    change: (text, mark) => text.replace(/shared = ".*?"/, `shared = "${mark}"`),
    event: "app.reloaded",
    shown: "app.js",
  },
];

test("edits of all kinds, written or renamed into place, show at once while a reply is written", async () => {
  const words = createWords();
  await using copy = await copyProject();
  await share(copy);
  await using upstream = await startUpstream(words.script);
  const command = [process.execPath, "--hot", join(copy.folder, "index.ts")];
  await using program = await startProgram({ command, env: upstreamEnv(upstream) });
  const tab = await openTab(program.url);
  await tab.send("Hi");
  await words.say(tab);
  for (const how of ["write", "rename", "write", "rename"] as const) {
    for (const edit of edits) await tryEdit({ copy, program, tab, words }, edit, how);
  }
  words.end();
  await tab.ended();
  expect(tab.body()).toBe(`<p dir="auto">${words.said().trim()}</p>`);
  expectGapless(tab);
  const path = `/conversations/${tab.position.conversation}`;
  const again = await openTab(program.url, { cookie: tab.cookie, path });
  expect(again.html).toContain(tab.body());
  expect([tab.closeCode, upstream.requests.length]).toEqual([null, 1]);
  expect(program.stderr()).toBe("");
  expect(await program.end()).toBe(0);
  expect(program.lines.filter((line) => line.level === "error")).toEqual([]);
}, 90_000);

/** The browser's code takes types alone from there, as yet. */
async function share(copy: ProjectCopy): Promise<void> {
  const use = `import { shared } from "../protocol.ts";\ndocument.documentElement.dataset["shared"] = shared;\n`;
  await copy.edit("src/protocol.ts", (text) => `${text}export const shared = "nothing";\n`, "write");
  await copy.edit("src/client/main.ts", (text) => text + use, "write");
}

type Scene = { copy: ProjectCopy; program: Program; tab: Tab; words: Words };

/** A word while it loads, a word when it has. */
async function tryEdit({ copy, program, tab, words }: Scene, edit: Edit, how: "write" | "rename") {
  const mark = `m${crypto.randomUUID().slice(0, 8)}`;
  const from = program.lines.length;
  await copy.edit(edit.path, (text) => edit.change(text, mark), how);
  await words.say(tab);
  await program.logged(edit.event, from);
  // What server and browser share is loaded twice, and the line may tell of the other one.
  const isShown = async () => (await shownIn(program.url, edit.shown)).includes(mark);
  await until(`${edit.what}, by ${how}, to show`, isShown);
  await words.say(tab);
  await until("a checkpoint", () => checkpointed(program.dataPath) === words.said());
}

async function shownIn(url: string, where: Edit["shown"]): Promise<string> {
  const page = await (await fetch(url)).text();
  if (where === "page") return page;
  const [name, ending] = where.split(".");
  const path = new RegExp(`/assets/${name}-[0-9a-z]+\\.${ending}`).exec(page)?.[0] ?? "";
  return (await fetch(`${url}${path}`)).text();
}

/** A load's first frame of a reply is for any reader, whatever it has. */
function expectGapless(tab: Tab): void {
  const frames = tab.frames.filter((frame): frame is FrameOf<"reply"> => frame.type === "reply");
  expect(frames.length).toBeGreaterThan(edits.length);
  for (const [index, frame] of frames.entries()) {
    const before = frames[index - 1]?.seq ?? 0;
    expect([0, before]).toContain(frame.from);
    expect([0, 1]).toContain(frame.seq - before);
  }
}
