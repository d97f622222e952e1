/** What is broken while `bun --hot` runs: the old goes on serving, timers go on, the log names the file, mending takes. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { upstreamEnv } from "../support/app.ts";
import { checkpointed, createWords } from "../support/endless.ts";
import { startProgram, until } from "../support/process.ts";
import { copyProject } from "../support/project-copy.ts";
import { openTab } from "../support/tab.ts";
import { startUpstream } from "../support/upstream.ts";

type Break = {
  what: string;
  path: string;
  change(text: string): string;
  /** Where it is told: what is wrong with the look goes to the log, what can't be loaded to stderr. */
  told: "look.refused" | "stderr";
  how: "write" | "rename";
};

const breaks: Break[] = [
  {
    what: "a template that can't be parsed",
    path: "templates/message.hbs",
    change: (text) => `${text}{{#if}`,
    told: "look.refused",
    how: "rename",
  },
  {
    what: "a template with a field that no view has",
    path: "templates/chat.hbs",
    change: (text) => `${text}{{noSuchField}}`,
    told: "look.refused",
    how: "write",
  },
  {
    what: "a stylesheet",
    path: "static/frame.css",
    change: (text) => `${text}.a { color: }}} ((`,
    told: "look.refused",
    how: "write",
  },
  {
    what: "the browser's code",
    path: "src/client/tools.ts",
    change: (text) => `${text}let = = 1;`,
    told: "look.refused",
    how: "rename",
  },
  {
    what: "a syntax error in the server's code",
    path: "src/server/pages.ts",
    change: (text) => `${text}let = = 1;`,
    told: "stderr",
    how: "write",
  },
  {
    what: "a syntax error that is renamed into place",
    path: "src/store/turns.ts",
    change: (text) => `${text}let = = 1;`,
    told: "stderr",
    how: "rename",
  },
  {
    what: "server code that throws when it is loaded",
    path: "src/chat/titles.ts",
    change: (text) => `${text}throw new Error("not today");`,
    told: "stderr",
    how: "write",
  },
  {
    what: "an import of what is not there",
    path: "src/chat/prompt.ts",
    change: (text) => `import "./nowhere.ts";\n${text}`,
    told: "stderr",
    how: "rename",
  },
];

test("what is broken leaves the old serving and writing, and is told with the file's name", async () => {
  const words = createWords();
  await using copy = await copyProject();
  await using upstream = await startUpstream(words.script);
  const command = [process.execPath, "--hot", join(copy.folder, "index.ts")];
  await using program = await startProgram({ command, env: upstreamEnv(upstream) });
  const tab = await openTab(program.url);
  await tab.send("Hi");
  await words.say(tab);
  for (const { what, path, change, told, how } of breaks) {
    const from = program.lines.length;
    const saidBefore = program.stderr().length;
    const was = await copy.edit(path, change, how);
    if (told === "stderr") await until(what, () => program.stderr().slice(saidBefore).includes(path));
    else expect(JSON.stringify(await program.logged(told, from)), what).toContain(path);
    // A load of what was mended before may have ended since; of what is broken, there is none.
    const since = program.lines.length;
    expect((await fetch(program.url)).status).toBe(200);
    await words.say(tab);
    await until(`a checkpoint, with ${what}`, () => checkpointed(program.dataPath) === words.said());
    expect(program.lines.slice(since).filter((line) => line.event === "app.reloaded")).toEqual([]);
    const mending = program.lines.length;
    await copy.edit(path, () => was, how === "write" ? "rename" : "write");
    await program.logged(told === "stderr" ? "app.reloaded" : "look.reloaded", mending);
    await words.say(tab);
  }
  words.end();
  await tab.ended();
  expect([tab.closeCode, upstream.requests.length]).toEqual([null, 1]);
  expect(await program.end()).toBe(0);
}, 90_000);
