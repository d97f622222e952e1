/** Rules about who may import whom. */
import { posix } from "node:path";
import { isProduct, type Rule, type Source } from "./project.ts";
import { scan } from "./scan.ts";

/**
 * The parts by their name under src, and the parts whose values each may import besides its own. Types vanish, so
 * `import type` is free, but for the browser's code. `domain` holds types only; a name with a slash is one file.
 */
const MAY_IMPORT: Record<string, string[]> = {
  index: ["app", "config", "commands"],
  app: ["*"],
  server: [
    "bundle",
    "chat",
    "render",
    "auth",
    "protocol",
    "errors",
    "log",
    "clock",
    "words",
    "imports/multipart",
  ],
  chat: ["errors", "log", "clock", "inference/provider"],
  store: ["errors", "log"],
  inference: ["errors", "log"],
  bus: ["errors", "log"],
  files: ["errors"],
  auth: ["errors", "log"],
  render: ["words", "protocol/models"],
  client: ["protocol", "render/sidebar/days", "words/figures"],
  commands: [
    "app",
    "auth",
    "bundle",
    "config",
    "errors",
    "live",
    "log",
    "render",
    "server",
    "store",
    "version",
  ],
  live: ["server", "chat/admission/queue"],
  bundle: ["embedded", "errors"],
  config: [],
  log: [],
  errors: ["words"],
  protocol: [],
  clock: [],
  domain: [],
  embedded: [],
  words: [],
  imports: ["protocol", "chat/files/fence"],
  version: [],
};

const OWNERS: Record<string, RegExp> = {
  "bun:sqlite": /^src\/store\//,
  "@huggingface/inference": /^src\/inference\//,
  handlebars: /^src\/render\//,
};

type Import = { from: string; to: string; isType: boolean };

export const importTable: Rule = (files) =>
  files.filter(isProduct).flatMap((file) => {
    const part = partOf(file.path);
    const allowed = MAY_IMPORT[part];
    if (!allowed) return [`${file.path}: the part "${part}" is not in the import table`];
    return importsOf(file)
      .filter(({ to }) => to.startsWith("src/") || to === "index.ts")
      .filter(({ to, isType }) => !mayImport(part, allowed, to, isType))
      .map(
        ({ to }) =>
          `${file.path} imports ${to}: ${part} may import ${allowed.join(", ") || "nothing of ours"}`,
      );
  });

function mayImport(part: string, allowed: string[], path: string, isType: boolean): boolean {
  const target = partOf(path);
  if (target === part || allowed.includes(target)) return true;
  if (allowed.includes(path.slice("src/".length, -".ts".length))) return true;
  if (target === "client") return false;
  if (part === "client") return isType && target === "domain";
  return isType || allowed.includes("*");
}

export const noImportCycles: Rule = (files) => {
  const edges = new Map<string, string[]>();
  for (const file of files.filter(isProduct)) {
    const values = importsOf(file).filter(({ isType }) => !isType);
    edges.set(
      file.path,
      values.map(({ to }) => to),
    );
  }
  const done = new Set<string>();
  const visit = (path: string, trail: string[]): string[] => {
    if (trail.includes(path)) return [[...trail.slice(trail.indexOf(path)), path].join(" → ")];
    if (done.has(path)) return [];
    const cycles = (edges.get(path) ?? []).flatMap((next) => visit(next, [...trail, path]));
    done.add(path);
    return cycles;
  };
  return [...edges.keys()].flatMap((path) => visit(path, []));
};

export const ownedLibraries: Rule = (files) =>
  files.filter(isProduct).flatMap((file) =>
    importsOf(file)
      .filter(({ from, to }) => OWNERS[to]?.test(from) === false)
      .map(({ to }) => `${file.path} imports ${to}, which only ${OWNERS[to]?.source} may`),
  );

/** From the first name under src, so that `src/config.ts` and `src/config/` are one part. */
function partOf(path: string): string {
  return path.replace(/^src\//, "").replace(/\/.*|\.ts$/, "");
}

function importsOf({ path, text }: Source): Import[] {
  const { code } = scan(text);
  const found = code.matchAll(/\b(?:import|export)\b(\s+type\b)?[^;"'()=]*?["']|\bimport\(\s*["']/g);
  return [...found].flatMap((match) => {
    const start = match.index + match[0].length;
    const name = text.slice(start, text.indexOf(text[start - 1] ?? '"', start));
    const to = name.startsWith(".") ? posix.join(posix.dirname(path), name) : name;
    return [{ from: path, to, isType: match[1] !== undefined }];
  });
}
