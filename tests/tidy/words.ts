/** Rules about what may be written where. */
import { isCode, isProduct, type Rule, type Source } from "./project.ts";
import { scan } from "./scan.ts";

/** A rule that none of the chosen files' code matches the pattern. */
function never(pattern: RegExp, complaint: string, chosen: (file: Source) => boolean): Rule {
  return (files) =>
    files
      .filter(isCode)
      .filter(chosen)
      .flatMap(({ path, text }) => matches(path, scan(text).code, pattern, complaint));
}

function matches(path: string, text: string, pattern: RegExp, complaint: string): string[] {
  return [...text.matchAll(pattern)].map(({ 0: words, index }) => {
    const line = text.slice(0, index).split("\n").length;
    return `${path}:${line} has \`${words.trim()}\`: ${complaint}`;
  });
}

export const noDefaultExports = never(/\bexport\s+default\b|\bas\s+default\b/g, "export by name", () => true);

export const noAny = never(/(?<![.\w$"'])any(?![\w$(:"'])/g, "use unknown, and parse", () => true);

export const noEnums = never(/\benum\s+\w+/g, "use a union of strings", () => true);

export const noNonNull = never(/[\w)\]]!(?![=\w])/g, "say what happens where it is missing", () => true);

export const noSilencedTypes: Rule = (files) =>
  files
    .filter(isCode)
    .flatMap(({ path, text }) =>
      matches(path, scan(text).comments, /@ts-(?:ignore|nocheck|expect-error)/g, "mend the type"),
    );

export const oneReaderOfTheEnvironment = never(
  /\b(?:process|Bun|import\.meta)\.env\b/g,
  "only config.ts reads the environment",
  (file) => isProduct(file) && !/^(?:index\.ts|src\/config(?:\.ts|\/.*))$/.test(file.path),
);

export const oneMakerOfDom = never(
  /\b(?:innerHTML|outerHTML|insertAdjacentHTML|DOMParser|createContextualFragment|setHTMLUnsafe|parseHTMLUnsafe)\b/g,
  "only src/client/patch.ts turns text into DOM",
  (file) => isProduct(file) && file.path !== "src/client/patch.ts",
);

export const noConsole = never(
  /\bconsole\.\w+/g,
  "use log",
  (file) => isProduct(file) && !/^(?:index\.ts|src\/(?:log\.ts|log\/.*|commands\/.*))$/.test(file.path),
);

export const saysWhatItIsFor: Rule = (files) =>
  files
    .filter((file) => isProduct(file) || (isCode(file) && file.path.startsWith("tests/")))
    .filter(({ text }) => !/^\/\*\* [^\n]*[.!?`"”)]+ \*\/\n/.test(text))
    .map(({ path }) => `${path}: the first line is one sentence, /** what the file is for. */`);

export const tellingNames: Rule = (files) =>
  files
    .filter(({ path }) =>
      path.split(/[/.-]/).some((word) => /^(?:utils?|helpers?|common|managers?|services?)$/i.test(word)),
    )
    .map(({ path }) => `${path}: name it by what it does`);

/** A template is used by another's `{{> name}}`, or by its name as a string in src. */
export const usedTemplates: Rule = (files) => {
  const templates = files.filter(({ path }) => /^templates\/.*\.hbs$/.test(path));
  const users = [...templates, ...files.filter(isProduct)];
  return templates.flatMap(({ path }) => {
    const name = path.slice("templates/".length, -".hbs".length);
    const use = new RegExp(`\\{\\{~?#?>\\s*${RegExp.escape(name)}[\\s}~]|["'\`]${RegExp.escape(name)}["'\`]`);
    return users.some((user) => user.path !== path && use.test(user.text)) ? [] : [`${path} is not used`];
  });
};

/**
 * What people read is in src/words. Left to templates are names, and what is typed as it stands: a key, a setting,
 * an address.
 */
export const sayingTemplates: Rule = (files) =>
  files
    .filter(({ path }) => /^templates\/.*\.hbs$/.test(path))
    .flatMap(({ path, text }) => {
      const bare = text.replace(/\{\{.*?\}\}/gs, "").replace(/<(kbd|code)\b[^>]*>[^<]*<\/\1>/g, "");
      const attributes = bare.matchAll(/\s(?:aria-label|title|placeholder|alt|data-said)="([^"]*)"/g);
      const texts = bare.replace(/<[^>]*>/g, "\n").split("\n");
      return [...[...attributes].map(([, words = ""]) => words), ...texts]
        .filter((words) => /\p{L}{2}/u.test(words) && !NAMES.includes(words.trim()))
        .map((words) => `${path} says “${words.trim()}”: say a text of src/words`);
    });

const NAMES = ["Banter", "(UTC).", "huggingface.co/settings/tokens"];

/** `.env.example` and the keys of config, each in the other. */
export function sameKeys(keys: string[]): Rule {
  return (files) => {
    const example = files.find(({ path }) => path === ".env.example");
    if (!example) return [".env.example is missing"];
    const told = [...example.text.matchAll(/^#? ?([A-Z][A-Z0-9_]*)=/gm)].map(([, key]) => key ?? "");
    return [
      ...keys.filter((key) => !told.includes(key)).map((key) => `.env.example does not tell of ${key}`),
      ...told
        .filter((key) => !keys.includes(key))
        .map((key) => `src/config.ts does not know ${key} of .env.example`),
    ];
  };
}

export const hasFrontPages: Rule = (files) =>
  ["README.md", "src/README.md"]
    .filter((path) => !files.some((file) => file.path === path && file.text.trim()))
    .map((path) => `${path} is missing`);
