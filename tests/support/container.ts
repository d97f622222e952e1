/** What the Dockerfile says, followed without an engine: its context, its commands, and an image's folder to run in. */
import { chmod, chown, cp, mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { projectRoot } from "./process.ts";

type Instruction = { name: string; text: string };

/** Of each stage, in their order. */
export async function readDockerfile(): Promise<Instruction[][]> {
  const text = await Bun.file(join(projectRoot, "Dockerfile")).text();
  const lines = text
    .replace(/^#.*\n/gm, "")
    .replace(/\\\n\s*/g, "")
    .split("\n")
    .filter(Boolean);
  const stages: Instruction[][] = [];
  for (const line of lines) {
    const [, name = "", rest = ""] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    if (name === "FROM") stages.push([]);
    stages.at(-1)?.push({ name, text: rest });
  }
  return stages;
}

export function all(stage: Instruction[] | undefined, name: string): string[] {
  return (stage ?? []).filter((each) => each.name === name).map(({ text }) => text);
}

export type Folder = AsyncDisposable & { path: string };

/** What an engine would be given of this folder, with the packages that are installed here. */
export async function copyContext(): Promise<Folder> {
  const ignore = await Bun.file(join(projectRoot, ".dockerignore")).text();
  const patterns = ignore.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const globs = patterns.map((pattern) => new Bun.Glob(pattern));
  const path = await mkdtemp(join(tmpdir(), "banter-context-"));
  for (const name of await readdir(projectRoot)) {
    if (globs.some((glob) => glob.match(name))) continue;
    await cp(join(projectRoot, name), join(path, name), { recursive: true });
  }
  await symlink(join(projectRoot, "node_modules"), join(path, "node_modules"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** The libraries that a program is loaded with, by their paths. */
export async function librariesOf(program: string): Promise<string[]> {
  const text = await Bun.$`ldd ${program}`.quiet().text();
  return [...text.matchAll(/(?:^|=>)\s+(\/\S+)/gm)].map(([, path = ""]) => path);
}

/** Nothing but the program, what it is loaded with, and a folder for data that belongs to `user`. */
export async function makeRoot(program: string, at: string, data: string, user: number): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), "banter-image-"));
  await chmod(path, 0o755);
  await mkdir(join(path, "proc"));
  for (const [from, to] of [[program, at], ...(await librariesOf(program)).map((each) => [each, each])]) {
    if (from === undefined || to === undefined) continue;
    await mkdir(dirname(join(path, to)), { recursive: true });
    await cp(
      await Bun.$`realpath ${from}`
        .quiet()
        .text()
        .then((real) => real.trim()),
      join(path, to),
    );
  }
  await mkdir(join(path, data));
  await chown(join(path, data), user, user);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** As an engine starts it: in that folder as the root of all, with its /proc, as that user. */
export function inRoot(root: string, workdir: string, user: number, entry: string): string[] {
  const inside = [
    "unshare",
    `--root=${root}`,
    `--wd=${workdir}`,
    `--setgid=${user}`,
    `--setuid=${user}`,
    entry,
  ];
  const script = `mount --rbind /proc "$0/proc" && exec "$@"`;
  return ["unshare", "--mount", "sh", "-c", script, root, ...inside];
}

/** Whether this user may do that here: a sentence why not, or null. */
export async function whyNoRoots(): Promise<string | null> {
  if (process.platform !== "linux") return "That takes Linux.";
  if (process.getuid?.() !== 0) return "That takes root.";
  const { exitCode } = await Bun.$`unshare --mount mount --bind /tmp /tmp`.quiet().nothrow();
  return exitCode === 0 ? null : "No file systems may be mounted here.";
}
