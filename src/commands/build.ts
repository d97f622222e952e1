/** `bun run build`: one executable with templates, styles and browser code in it, for this machine or others. */
import { chmod, mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { packBundle } from "../bundle.ts";
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

const bestQuality = 11;

/** Throws an AggregateError that says what did not build. */
async function build(target: Target | null, outfile: string): Promise<void> {
  const packed = await packBundle(bestQuality);
  const embedded = join(root, "src/embedded.ts");
  const result = await Bun.build({
    entrypoints: [join(root, "index.ts")],
    // A bunfig.toml in the folder where it runs could have code in it run before ours.
    compile: { ...(target === null ? {} : { target }), outfile, autoloadBunfig: false, autoloadDotenv: true },
    define: {
      "process.env.NODE_ENV": '"production"',
      BUILD_COMMIT: JSON.stringify(await commit()),
    },
    files: { [embedded]: `export const embedded = ${JSON.stringify(packed)};` },
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

/** With a mark where the tree has changes that no commit has. */
async function commit(): Promise<string> {
  const head = await Bun.$`git -C ${root} rev-parse --short HEAD`.quiet().nothrow().text();
  if (head === "") return "unknown";
  const changes = await Bun.$`git -C ${root} status --porcelain`.quiet().nothrow().text();
  return `${head.trim()}${changes === "" ? "" : "+"}`;
}

function nameFor(target: Target | null): string {
  return target === null ? "banter" : `banter-${target.slice("bun-".length)}`;
}

const wanted = process.argv.slice(2).map((argument) => argument.replace(/^--target=/, ""));
const chosen = wanted.includes("all") ? [...targets] : targets.filter((target) => wanted.includes(target));
if (wanted.length > 0 && chosen.length === 0) {
  console.error(`There is no such target. Targets: all, ${targets.join(", ")}`);
  process.exit(1);
}
await mkdir(join(root, "dist"), { recursive: true });
for (const target of chosen.length > 0 ? chosen : [null])
  await build(target, join(root, "dist", nameFor(target)));
