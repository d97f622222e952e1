/** The program under test: started with settings of its own on a free port and a new file. */
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { freePort, startChild, type Child } from "../children.ts";

export type Server = { child: Child; url: string };

/** From source, as `bun start` runs it. */
export const sourceCommand = [process.execPath, join(import.meta.dir, "../../../index.ts")];

/** Resolves when it answers. `upstreamUrl` null leaves the answers to the demo model. */
export async function startServer(
  command: string[],
  scratchDir: string,
  upstreamUrl: string | null,
): Promise<Server> {
  // A folder of its own, so that no .env of anybody has a part in it.
  const cwd = await mkdtemp(join(scratchDir, "server-"));
  const port = await freePort();
  const upstream =
    upstreamUrl === null ? {} : { INFERENCE_URL: upstreamUrl, MODEL: "test-model", TITLE_MODEL: "none" };
  const child = startChild({ command, cwd, env: { PORT: String(port), ...upstream } });
  await untilAnswer(port, "/healthz");
  return { child, url: `http://localhost:${port}` };
}

/** Asks until the answer is 200, as fast as a refused connection comes back. */
export async function untilAnswer(port: number, path: string): Promise<void> {
  const deadlineMs = performance.now() + patienceMs;
  while (performance.now() < deadlineMs) {
    if (await answers(port, path)) return;
    await Bun.sleep(1);
  }
  throw new Error(`no answer on port ${port}`);
}

const patienceMs = 30_000;

/** By address, as a look-up of the name would be measured too; what is asked for is the name. */
async function answers(port: number, path: string): Promise<boolean> {
  try {
    const headers = { Host: `localhost:${port}` };
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}
