/** The licences of the packages that ship with the program: most ask to be passed on with it. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { embedded } from "../embedded.ts";

/** The build has put them into the executable. */
export async function readLicences(): Promise<string> {
  return embedded?.licences ?? (await collectLicences());
}

/** Of each package at run time and of those that it brings along: its name, its version, and what it says itself. */
export async function collectLicences(): Promise<string> {
  const texts: string[] = [];
  const found = new Set<string>();
  const waiting = Object.keys((await manifestIn(root)).dependencies ?? {});
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    if (found.has(name)) continue;
    found.add(name);
    const folder = join(root, "node_modules", name);
    const { version, license, dependencies } = await manifestIn(folder);
    texts.push(`== ${name} ${version} (${license})\n\n${await textsIn(folder)}`);
    waiting.push(...Object.keys(dependencies ?? {}));
  }
  return texts.join("\n\n");
}

const root = join(import.meta.dir, "../..");

type Manifest = { version: string; license: string; dependencies?: Record<string, string> };

function manifestIn(folder: string): Promise<Manifest> {
  return Bun.file(join(folder, "package.json")).json();
}

async function textsIn(folder: string): Promise<string> {
  const names = (await readdir(folder))
    .filter((name) => /^(licen[cs]e|copying|notice)/i.test(name))
    .toSorted();
  const texts = await Promise.all(names.map((name) => Bun.file(join(folder, name)).text()));
  return texts.map((text) => text.trim()).join("\n\n") || "Its package has no more to say of it.";
}
