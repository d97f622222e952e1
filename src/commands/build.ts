/** `bun run build [--target=T] [--outfile=PATH] [--commit=HASH]`: one executable that has all in it. */
import { chmod, mkdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { packBundle } from "../bundle.ts";
import { collectLicences } from "../bundle/licences.ts";
import { compileTemplates, precompileTemplates } from "../render/compile.ts";
import { sampleViews } from "../render/samples.ts";
import { version } from "../version.ts";

const root = join(import.meta.dir, "../..");

/** What `--target` takes, in Bun's words; without it, the machine that builds. */
const targets = [
  "bun-linux-x64",
  "bun-linux-arm64",
  "bun-linux-x64-musl",
  "bun-linux-arm64-musl",
  "bun-darwin-x64",
  "bun-darwin-arm64",
  "bun-windows-x64",
] as const satisfies Bun.Build.CompileTarget[];

type Target = (typeof targets)[number];

const threads = ["src/imports/worker.ts", "src/files/pdf/thread.ts", "src/store/takeaway/thread.ts"];

const bestQuality = 11;

/** Throws an AggregateError that says what did not build. */
async function build(target: Target | null, outfile: string, commit: string): Promise<void> {
  const embedded = await embed();
  const result = await Bun.build({
    // Threads begin in files of their own.
    entrypoints: ["index.ts", ...threads].map((file) => join(root, file)),
    // A bunfig.toml in the folder where it runs could have code in it run before ours.
    compile: { ...(target === null ? {} : { target }), outfile, autoloadBunfig: false, autoloadDotenv: true },
    define: {
      "process.env.NODE_ENV": '"production"',
      BUILD_COMMIT: JSON.stringify(commit),
    },
    files: { [join(root, "src/embedded.ts")]: embedded },
    minify: true,
    sourcemap: "linked",
    format: "esm",
    bytecode: true,
  });
  if (!result.success) throw new AggregateError(result.logs, "the build failed");
  await chmod(outfile, 0o755);
  const { size } = await stat(outfile);
  console.log(`${outfile}: banter ${version}, ${(size / 1e6).toFixed(0)} MB`);
}

/** The module that takes the place of src/embedded.ts: templates go into it compiled, and checked. */
async function embed(): Promise<string> {
  const packed = await packBundle(bestQuality);
  const names = packed.assets.map(({ name }) => [name, name]);
  compileTemplates(packed.templates, Object.fromEntries(names), sampleViews());
  const compiled = Object.entries(precompileTemplates(packed.templates));
  const specs = compiled.map(([name, code]) => `${JSON.stringify(name)}: ${code}`);
  const fixed = { ...packed, templates: {}, licences: await collectLicences() };
  return `export const embedded = { ...${JSON.stringify(fixed)}, specs: { ${specs.join(", ")} } };`;
}

/** With a mark where the tree has changes that no commit has. */
async function commitHere(): Promise<string> {
  const head = await Bun.$`git -C ${root} rev-parse --short HEAD`.quiet().nothrow().text();
  if (head === "") return "unknown";
  const changes = await Bun.$`git -C ${root} status --porcelain`.quiet().nothrow().text();
  return `${head.trim()}${changes === "" ? "" : "+"}`;
}

function nameFor(target: Target | null): string {
  if (target === null) return "banter";
  return `banter-${target.slice("bun-".length)}${target.includes("windows") ? ".exe" : ""}`;
}

function parse() {
  try {
    const option = { type: "string" } as const;
    return parseArgs({ options: { target: option, outfile: option, commit: option } }).values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

function targetsFor(wanted: string | undefined): readonly (Target | null)[] {
  if (wanted === undefined) return [null];
  const chosen = wanted === "all" ? targets : targets.filter((target) => target === wanted);
  return chosen.length > 0 ? chosen : refuse(`There is no such target. Targets: all, ${targets.join(", ")}`);
}

function refuse(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}

const { target, outfile, commit } = parse();
const chosen = targetsFor(target);
if (outfile !== undefined && chosen.length > 1)
  refuse("--outfile names one file: build for one target with it.");
const wanted = outfile === undefined ? null : resolve(outfile);
const from = commit || (await commitHere());
// The sources' map in the executable names them from here, and so says nothing of where this folder is.
process.chdir(root);
for (const each of chosen) {
  const path = wanted ?? join(root, "dist", nameFor(each));
  await mkdir(dirname(path), { recursive: true });
  await build(each, path, from);
}
