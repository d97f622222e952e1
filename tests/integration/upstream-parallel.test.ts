/** More replies at once than fetch makes requests by itself. */
import { expect, test } from "bun:test";
import { join } from "node:path";

const STREAMS = 300;

async function runChild(requestsMax: string | undefined) {
  const env = { ...process.env, BUN_CONFIG_MAX_HTTP_REQUESTS: requestsMax };
  const command = [
    process.execPath,
    join(import.meta.dir, "..", "support", "upstream-parallel.ts"),
    String(STREAMS),
  ];
  const child = Bun.spawn(command, { env, stdout: "pipe", stderr: "inherit" });
  const text = await child.stdout.text();
  expect(await child.exited).toBe(0);
  return JSON.parse(text) as { together: number; whole: number };
}

test("300 replies stream at once where BUN_CONFIG_MAX_HTTP_REQUESTS allows it (O6)", async () => {
  expect(await runChild("1000")).toEqual({ together: STREAMS, whole: STREAMS });
}, 30_000);
