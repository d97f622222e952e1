/** Runs the tests, those with a browser last and one by one, and ends with the line `N passed, N failed`. */
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { whyNoRoots } from "./support/container.ts";
import { findBrowser } from "./support/find-browser.ts";
import { findNginx } from "./support/find-nginx.ts";
import { add, type Counts, count, summary } from "./support/junit.ts";

const LIMIT_MS = 24 * 60_000;

const root = join(import.meta.dir, "..");
const startMs = performance.now();
/** Whatever a test leaves in the temporary folder goes with this one. */
const scratchDir = await mkdtemp(join(tmpdir(), "banter-tests-"));
let child: Bun.Subprocess | null = null;
let counts: Counts = { passed: 0, failed: 0, skipped: 0 };

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => giveUp(signal));
setTimeout(() => giveUp(`the limit of ${LIMIT_MS / 60_000} minutes`), LIMIT_MS).unref();

const { flags, files } = await selection(process.argv.slice(2));
const withBrowser = files.filter((file) => file.startsWith("tests/browser/"));
const others = files.filter((file) => !withBrowser.includes(file));
const tried: string[] = [];
const browser = withBrowser.length > 0 ? await findBrowser(tried) : null;

await runPhase("others", ["--parallel"], others);
// Two browsers at once on two processors run into their time limits.
await runPhase("browser", ["--isolate"], withBrowser);
const remarks: string[] = [];
if (withBrowser.length > 0 && !browser)
  remarks.push(`Browser tests were skipped: no browser runs here. ${tried.join(" ")}`);
const triedNginx: string[] = [];
if (files.some((file) => file.includes("nginx")) && !(await findNginx(triedNginx)))
  remarks.push(`Tests behind nginx were skipped: no nginx runs here. ${triedNginx.join(" ")}`);
const noRoots = files.some((file) => file.includes("container")) ? await whyNoRoots() : null;
if (noRoots !== null) remarks.push(`Tests of the image were skipped: ${noRoots}`);
finish(remarks.join("\n"));

/** Arguments with a dash go to `bun test`; others choose the files whose path contains one of them. */
async function selection(args: string[]): Promise<{ flags: string[]; files: string[] }> {
  const isFlag = (arg: string, index: number) => arg.startsWith("-") || args[index - 1] === "-t";
  const wanted = args.filter((arg, index) => !isFlag(arg, index)).map((arg) => arg.replace(/^\.\//, ""));
  const all = await Array.fromAsync(new Bun.Glob("tests/**/*.test.ts").scan({ cwd: root }));
  const chosen = all.filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)));
  return { flags: args.filter(isFlag), files: chosen.toSorted() };
}

async function runPhase(name: string, mode: string[], phaseFiles: string[]): Promise<void> {
  if (phaseFiles.length === 0) return;
  const report = Bun.file(join(scratchDir, `${name}.xml`));
  const reporting = ["--reporter=junit", `--reporter-outfile=${report.name}`];
  const paths = phaseFiles.map((file) => `./${file}`);
  child = Bun.spawn(
    [process.execPath, "test", "--no-orphans", "--timeout=30000", ...mode, ...reporting, ...flags, ...paths],
    {
      cwd: root,
      env: { ...process.env, TMPDIR: scratchDir },
      stdio: ["ignore", "inherit", "inherit"],
      detached: true,
    },
  );
  const exitCode = await child.exited;
  child = null;
  counts = add(counts, count((await report.exists()) ? await report.text() : null, exitCode, phaseFiles));
}

/** The child leads a process group, so that its workers end with it; browsers end with their pipes. */
function giveUp(reason: string): void {
  if (child) process.kill(-child.pid, "SIGKILL");
  counts.failed += 1;
  finish(`Ended early by ${reason}.`);
}

function finish(remark: string): never {
  rmSync(scratchDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  const isGood = counts.failed === 0 && counts.passed > 0;
  if (files.length === 0) console.log("No test file has such a name.");
  if (remark) console.log(`\n${remark}`);
  console.log(`\n${((performance.now() - startMs) / 1000).toFixed(1)} s`);
  console.log(summary(counts));
  process.exit(isGood ? 0 : 1);
}
