/** As somebody new sets it up: a fresh copy, Node and npm but no Bun, an empty home, one command. */
import { expect, test } from "bun:test";
import { mkdtemp, mkdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startProgram } from "../support/process.ts";
import { copyProject } from "../support/project-copy.ts";

const tools = ["node", "npm", "npx", "sh", "env", "uname", "dirname", "basename", "sed"];
const bun = "bun@1.4.5";

/** npm looks there for certificates and proxies; the rest of this machine's settings stay away. */
const network = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) => {
    return value && /^(?:NODE_EXTRA_CA_CERTS|https?_proxy|no_proxy|npm_config_registry)$/i.test(name)
      ? [[name, value]]
      : [];
  }),
);
const hasNpm = tools.every((tool) => Bun.which(tool) !== null) && (await answers());
if (!hasNpm) console.warn("The set-up is not tested: npm is missing, or its registry can't be reached.");

async function answers(): Promise<boolean> {
  const asked = Bun.spawn(["npm", "view", bun, "version"], {
    cwd: tmpdir(),
    stdio: ["ignore", "ignore", "ignore"],
    timeout: 15_000,
  });
  return (await asked.exited) === 0;
}

test.skipIf(!hasNpm)(
  "with npm alone, one command in a fresh copy brings up the chat",
  async () => {
    const scratch = await mkdtemp(join(tmpdir(), "banter-setup-"));
    await mkdir(join(scratch, "bin"));
    await mkdir(join(scratch, "home"));
    for (const tool of tools) await symlink(Bun.which(tool) ?? "", join(scratch, "bin", tool));
    await using copy = await copyProject({ hasModules: false });
    await using program = await startProgram({
      command: [join(scratch, "bin", "npx"), "-y", bun, "start"],
      folder: copy.folder,
      hasGroup: true,
      startMs: 60_000,
      env: {
        ...network,
        PATH: join(scratch, "bin"),
        HOME: join(scratch, "home"),
        // Else npx takes a Bun that is installed for all.
        npm_config_prefix: join(scratch, "home"),
      },
    });
    const page = await fetch(program.url);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("HF_TOKEN");
    expect(await Bun.file(join(copy.folder, "node_modules/handlebars/package.json")).exists()).toBe(true);
    expect(await Bun.file(join(copy.folder, "node_modules/oxlint/package.json")).exists()).toBe(false);
    // As Ctrl-C: all of the processes get it, and some pass it on.
    await program.end("SIGINT");
    expect(program.lines.at(-1)?.event).toBe("app.stopped");
    await rm(scratch, { recursive: true, force: true });
  },
  90_000,
);
