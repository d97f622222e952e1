/** Checks types, format and lint: one line a step, all steps run, exit 1 if any fails. */
import { join } from "node:path";

const STEPS: Record<string, string[]> = {
  "types of the server": [process.execPath, "check", "--no-script", "-p", "tsconfig.json"],
  "types of the client": [process.execPath, "check", "--no-script", "-p", "src/client/tsconfig.json"],
  format: [process.execPath, "fmt", "--no-script", "--check"],
  lint: [process.execPath, "node_modules/.bin/oxlint", "--deny-warnings", "--format=unix"],
};

const results = await Promise.all(Object.entries(STEPS).map(([name, command]) => run(name, command)));
process.exit(results.every(Boolean) ? 0 : 1);

async function run(name: string, command: string[]): Promise<boolean> {
  const startMs = performance.now();
  const child = Bun.spawn(command, {
    cwd: join(import.meta.dir, ".."),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: 120_000,
  });
  const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  console.log(`${code === 0 ? "ok" : "FAILED"}  ${name} (${seconds} s)`);
  if (code !== 0) console.log(`${out}${err}`.trimEnd());
  return code === 0;
}
