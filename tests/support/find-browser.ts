/** Which Chromium the browser tests run: CHROME, else the one that npm brought, else the system's. */
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { brotliDecompress } from "node:zlib";

export type Browser = { path: string; argv: string[]; env: Record<string, string> };

const SYSTEM = [
  "chromium",
  "chromium-browser",
  "google-chrome-stable",
  "google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/**
 * The first browser that starts, or null; each that does not adds a sentence to `tried`.
 * CHROME may be a path, or "none". The bundled one comes before the system's because it has the same version
 * everywhere and opens a page three times as fast.
 */
export async function findBrowser(
  tried: string[] = [],
  chrome = process.env.CHROME,
): Promise<Browser | null> {
  if (chrome === "none") {
    tried.push("CHROME=none asks for no browser.");
    return null;
  }
  if (chrome) return whereItStarts(bare(chrome), tried);
  return (await bundled(tried)) ?? (await installed(tried));
}

async function bundled(tried: string[]): Promise<Browser | null> {
  if (process.platform !== "linux" || process.arch !== "x64") {
    tried.push("The bundled Chromium is for Linux on x64.");
    return null;
  }
  try {
    return await whereItStarts(await unpackBundled(), tried);
  } catch (error) {
    tried.push(`The bundled Chromium can't be unpacked: ${error}`);
    return null;
  }
}

async function installed(tried: string[]): Promise<Browser | null> {
  for (const name of SYSTEM) {
    const path = Bun.which(name);
    const browser = path && (await whereItStarts(bare(path), tried));
    if (browser) return browser;
  }
  tried.push("No Chromium or Chrome is installed; CHROME may name one.");
  return null;
}

function bare(path: string): Browser {
  return { path, argv: [], env: {} };
}

async function whereItStarts(browser: Browser, tried: string[]): Promise<Browser | null> {
  try {
    const child = Bun.spawn([browser.path, "--version", "--no-sandbox"], {
      env: { ...process.env, ...browser.env },
      stdin: "ignore",
      stdout: "ignore",
      stderr: "pipe",
      timeout: 20_000,
      killSignal: "SIGKILL",
    });
    const [complaint, code] = await Promise.all([child.stderr.text(), child.exited]);
    if (code === 0) return browser;
    tried.push(`${browser.path} ends with ${code}: ${complaint.trim().slice(0, 300)}`);
  } catch (error) {
    tried.push(`${browser.path} can't be run: ${error}`);
  }
  return null;
}

/** A headless shell with the libraries it needs and a font, compressed in the package: unpacked once. */
async function unpackBundled(): Promise<Browser> {
  const packageDir = resolve(Bun.resolveSync("@sparticuz/chromium", import.meta.dir), "../..");
  const { version } = await Bun.file(join(packageDir, "package.json")).json();
  const cacheDir = resolve(packageDir, "../../.cache");
  const dir = join(cacheDir, `chromium-${version}`);
  if (!existsSync(dir)) {
    await mkdir(cacheDir, { recursive: true });
    await unpack(join(packageDir, "bin"), await mkdtemp(join(cacheDir, "unpacking-")), dir);
  }
  const env: Record<string, string> = { LD_LIBRARY_PATH: join(dir, "lib") };
  if (!existsSync("/etc/fonts/fonts.conf")) env.FONTCONFIG_FILE = join(dir, "own-fonts.conf");
  return { path: join(dir, "chromium"), argv: ["--headless=shell"], env };
}

/** Unpacks beside and renames at the end, so that two processes may do it at once. */
async function unpack(from: string, scratchDir: string, dir: string): Promise<void> {
  const inflate = async (name: string) =>
    promisify(brotliDecompress)(await Bun.file(join(from, name)).bytes());
  for (const name of ["al2023.tar.br", "fonts.tar.br"]) {
    await new Bun.Archive(await inflate(name)).extract(scratchDir);
  }
  await Bun.write(join(scratchDir, "own-fonts.conf"), fontConfig(join(dir, "fonts")));
  await Bun.write(join(scratchDir, "chromium"), await inflate("chromium.br"));
  await chmod(join(scratchDir, "chromium"), 0o755);
  await rename(scratchDir, dir).catch(async (error: unknown) => {
    await rm(scratchDir, { recursive: true });
    if (!existsSync(dir)) throw error;
  });
}

function fontConfig(fontsDir: string): string {
  return `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${fontsDir}</dir></fontconfig>`;
}
