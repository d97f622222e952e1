/** Gets what the peers in Node and Python need, into dist/peers; what can't be had is said, and they are left out. */
import { existsSync } from "node:fs";
import { cp, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";

export type Installed = {
  node: { folder: string } | null;
  python: { command: string; path: string } | null;
  /** What each peer runs on, or why it does not. */
  told: string[];
};

const sources = import.meta.dir;
const target = join(sources, "../../../dist/peers");
/** For each; a registry that does not answer is not waited for. */
const patienceMs = 240_000;

/** `mayFetch` false takes what is there already, and asks no registry. */
export async function installPeers(mayFetch: boolean): Promise<Installed> {
  await mkdir(target, { recursive: true });
  const told: string[] = [];
  const node = await installNode(mayFetch, told);
  const python = (await installPip(mayFetch, told)) ?? (await installDebian(mayFetch, told));
  return { node, python, told };
}

async function installNode(mayFetch: boolean, told: string[]): Promise<Installed["node"]> {
  const manifest = join(sources, "node/package.json");
  const folder = join(target, `node-${await hashOf(manifest)}`);
  const version = await first(["node", "--version"]);
  if (version === null) return say(told, "Node: there is none on this machine.");
  const isThere = await make(folder, mayFetch, async (draft) => {
    await cp(manifest, join(draft, "package.json"));
    return run(["npm", "install", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"], draft);
  });
  if (!isThere) return say(told, "Node: its packages can't be had.");
  for (const file of ["server.mjs", "chat.hbs"]) await cp(join(sources, "node", file), join(folder, file));
  const { dependencies } = (await Bun.file(manifest).json()) as { dependencies: Record<string, string> };
  const { fastify, ws } = dependencies;
  say(told, `Node ${version.slice(1)}: fastify ${fastify}, ws ${ws}, and the client library.`);
  return { folder };
}

async function installPip(mayFetch: boolean, told: string[]): Promise<Installed["python"]> {
  const requirements = join(sources, "fastapi/requirements.txt");
  const path = join(target, `python-${await hashOf(requirements)}`);
  const isThere = await make(path, mayFetch, (draft) => {
    const quiet = ["--quiet", "--no-input", "--disable-pip-version-check"];
    return run(["python3", "-m", "pip", "install", ...quiet, "--target", ".", "-r", requirements], draft);
  });
  return isThere ? usable("python3", path, told) : null;
}

/** Debian's packages are older, and need no registry of Python's; nothing is installed in the system. */
async function installDebian(mayFetch: boolean, told: string[]): Promise<Installed["python"]> {
  const folder = join(target, "debian");
  const isThere = await make(folder, mayFetch, async (draft) => {
    if (!(await run(["apt-get", "download", "-q", ...(await debianPackages())], draft))) return false;
    const packages = await Array.fromAsync(new Bun.Glob("*.deb").scan({ cwd: draft }));
    for (const each of packages) if (!(await run(["dpkg", "-x", each, "."], draft))) return false;
    return packages.length > 0;
  });
  if (!isThere) return say(told, "FastAPI: its packages can be had neither by pip nor from Debian.");
  return usable("/usr/bin/python3", join(folder, "usr/lib/python3/dist-packages"), told);
}

const debianNames = ["fastapi", "uvicorn", "uvloop", "httptools", "aiohttp", "httpx", "jinja2", "websockets"];

async function debianPackages(): Promise<string[]> {
  const wanted = debianNames.map((name) => `python3-${name}`);
  const flags = ["-s", "install", "--no-install-recommends"];
  const plan = await Bun.$`apt-get ${flags} ${wanted}`.quiet().nothrow().text();
  return [...plan.matchAll(/^Inst (\S+)/gm)].map(([, name = ""]) => name);
}

async function usable(command: string, path: string, told: string[]): Promise<Installed["python"]> {
  const names = ["fastapi", "uvicorn", "uvloop", "httptools", "aiohttp"];
  const script = `import fastapi, uvicorn, uvloop, httptools, aiohttp, httpx, jinja2, websockets, sys, importlib.metadata as m\nprint(sys.version.split()[0], *(n + " " + m.version(n) for n in ${JSON.stringify(names)}), sep=", ")`;
  const versions = await first([command, "-c", script], { PYTHONPATH: path });
  if (versions === null) return say(told, "FastAPI: its packages do not load.");
  say(told, `Python ${versions}.`);
  return { command, path };
}

/** A folder that is whole, or not there. */
async function make(
  folder: string,
  mayFetch: boolean,
  fill: (draft: string) => Promise<boolean>,
): Promise<boolean> {
  if (existsSync(folder)) return true;
  if (!mayFetch) return false;
  const draft = `${folder}.${process.pid}`;
  await mkdir(draft);
  const isFilled = await fill(draft);
  if (isFilled) await rename(draft, folder);
  else await rm(draft, { recursive: true, force: true });
  return isFilled;
}

async function run(command: string[], cwd: string): Promise<boolean> {
  if (Bun.which(command[0] ?? "") === null) return false;
  const child = Bun.spawn(command, {
    cwd,
    stdio: ["ignore", "ignore", "ignore"],
    timeout: patienceMs,
    killSignal: "SIGKILL",
  });
  return (await child.exited) === 0;
}

/** The first line that a command prints, where it runs at all. */
async function first(command: string[], env: Record<string, string> = {}): Promise<string | null> {
  if (Bun.which(command[0] ?? "") === null) return null;
  const child = Bun.spawn(command, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "ignore"],
    timeout: 20_000,
  });
  const [text, code] = await Promise.all([child.stdout.text(), child.exited]);
  return code === 0 ? (text.split("\n", 1)[0] ?? "") : null;
}

async function hashOf(path: string): Promise<string> {
  return Bun.hash(await Bun.file(path).text()).toString(36);
}

function say(told: string[], sentence: string): null {
  told.push(sentence);
  return null;
}
