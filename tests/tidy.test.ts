/** Holds what of the project's style a program can check. Each rule is also shown a sample that breaks it. */
import { expect, test } from "bun:test";
import * as imports from "./tidy/imports.ts";
import { readProject, type Rule, type Source } from "./tidy/project.ts";
import { scan } from "./tidy/scan.ts";
import * as sizes from "./tidy/sizes.ts";
import * as words from "./tidy/words.ts";

const project = await readProject();
const configKeys = await import("../src/config/keys.ts").then(({ KEYS }) => Object.keys(KEYS));

keeps(
  "files are short",
  sizes.shortFiles,
  { "src/chat/long.ts": "x\n".repeat(301) },
  { "static/long.css": "x\n".repeat(201) },
  { "README.md": "x\n".repeat(121) },
);
keeps(
  "functions are short",
  sizes.shortFunctions,
  { "src/chat/long.ts": `export function f(a: string): { b: string } {\n${"  f();\n".repeat(70)}}\n` },
  {
    "src/chat/long.ts": `const f = async (a = "}") => {\n${"  if (a) { f(`{${a}`); } // {\n".repeat(70)}};\n`,
  },
  { "src/chat/long.ts": `class A {\n  f() {\n${"    /[{]/.test(a);\n".repeat(70)}  }\n}\n` },
);
keeps(
  "most files and functions are much shorter",
  sizes.lowMedians,
  { "src/chat/long.ts": "x\n".repeat(101) },
  { "src/chat/long.ts": `function f() {\n${"  f();\n".repeat(10)}}\n` },
);
keeps("folders are small", sizes.smallFolders, names("src/chat/", 13));
keeps("folders are at most two deep", sizes.shallowFolders, { "src/chat/a/b/c.ts": "" });
keeps("a message's path is short", sizes.shortMessagePath, { "src/chat/turns.ts": "x\n".repeat(1201) });
keeps("run-time dependencies are few, and versions exact", sizes.fewDependencies, {
  "package.json": `{ "dependencies": { "a": "^1.0.0" }, "trustedDependencies": [] }`,
});

keeps(
  "parts import only what the table allows",
  imports.importTable,
  { "src/chat/turns.ts": `import {\n  open,\n  type Store,\n} from "../store/sqlite.ts";\n` },
  { "src/render/late.ts": `const { log } = await import("../log.ts");\n` },
  { "src/render/again.ts": `export * from "../log.ts";\n` },
  { "src/app.ts": `import "./client/start.ts";\n` },
  { "src/client/start.ts": `import type { Store } from "../store/store.ts";\n` },
  { "src/novel/part.ts": "" },
);
keeps("imports make no cycle", imports.noImportCycles, {
  "src/chat/a.ts": `import { b } from "./b.ts";\n`,
  "src/chat/b.ts": `export { c } from "./c.ts";\n`,
  "src/chat/c.ts": `const a = await import("./a.ts");\n`,
});
keeps("a library belongs to one part", imports.ownedLibraries, {
  "src/chat/turns.ts": `import { Database } from "bun:sqlite";\n`,
});

keeps("each file says first what it is for", words.saysWhatItIsFor, {
  "src/chat/a.ts": "export const a = 1;\n",
});
keeps("exports have names", words.noDefaultExports, { "src/a.ts": "export default 1;\n" });
keeps("nothing is any", words.noAny, { "src/a.ts": "let a: any[] = [];\n" }, { "src/a.ts": "f(b as any)\n" });
keeps("there are no enums", words.noEnums, { "src/a.ts": "const enum A { B }\n" });
keeps("nothing is called present by an exclamation mark", words.noNonNull, {
  "src/a.ts": "const a = b[0]!.c;\n",
});
keeps("type errors are mended, not silenced", words.noSilencedTypes, { "src/a.ts": "// @ts-ignore\n" });
keeps("only config reads the environment", words.oneReaderOfTheEnvironment, {
  "src/chat/a.ts": "const a = `${Bun.env.A}`;\n",
});
keeps("only one file turns text into DOM", words.oneMakerOfDom, { "src/client/a.ts": "a.innerHTML = b;\n" });
keeps("what happens is logged, not printed", words.noConsole, { "src/chat/a.ts": "console.log(1);\n" });
keeps("names tell what a file does", words.tellingNames, { "src/chat/turn-utils.ts": "" });
keeps("each template is used", words.usedTemplates, { "templates/lonely.hbs": "{{> lonely}}" });
keeps(
  "templates say nothing of their own",
  words.sayingTemplates,
  { "templates/a.hbs": "<p>{{a}} Hello</p>" },
  { "templates/a.hbs": '<a href="{{b}}" aria-label="To {{c}}">{{> d}}</a>' },
);
keeps("the example of the environment has the keys of config", words.sameKeys(configKeys), {
  ".env.example": "# NO_SUCH_KEY=\n",
});
keeps("both front pages are there", words.hasFrontPages, { "README.md": "x" });

function keeps(behaviour: string, rule: Rule, ...broken: Record<string, string>[]): void {
  test(behaviour, () => {
    for (const files of broken) {
      const sample: Source[] = Object.entries(files).map(([path, text]) => ({ path, text }));
      expect(rule(sample), `nothing said to ${JSON.stringify(files)}`).not.toEqual([]);
    }
    expect(rule(project)).toEqual([]);
  });
}

test("code is told from comments, strings, templates and patterns", () => {
  const source = 'a("// b"); /* c */ d(`e ${f({ g: "h" })} i`); // j\n k = l / m / n.replace(/["`/]o/g, p);';
  const { code, comments } = scan(source);
  expect(code.replace(/\s+/g, "")).toBe('a("");d(`${f({g:""})}`);k=l/m/n.replace(,p);');
  expect(comments.trim().split(/\s{2,}/)).toEqual(["/* c */", "// j"]);
  expect([code.length, comments.length]).toEqual([source.length, source.length]);
});

function names(folder: string, count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`${folder}${n}.ts`, ""]));
}
