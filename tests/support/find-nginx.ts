/** Which nginx the tests run: NGINX, else the one that .ci/run fetched, else the system's. */
import { existsSync } from "node:fs";
import { join } from "node:path";

const fetched = join(import.meta.dir, "../../node_modules/.cache/nginx/usr/sbin/nginx");
/** Debian has it where only root looks. */
const installed = ["nginx", "/usr/sbin/nginx"];

/** The path of the first that runs, or null; each that does not adds a sentence to `tried`. NGINX may be "none". */
export async function findNginx(tried: string[] = [], named = process.env["NGINX"]): Promise<string | null> {
  if (named === "none") return said(tried, "NGINX=none asks for none.");
  if (named) return whereItRuns(named, tried);
  for (const path of [fetched, ...installed.map((name) => Bun.which(name) ?? "")]) {
    const found = existsSync(path) ? await whereItRuns(path, tried) : null;
    if (found !== null) return found;
  }
  return said(tried, "There is none; .ci/run fetches it from Debian, and NGINX may name one.");
}

async function whereItRuns(path: string, tried: string[]): Promise<string | null> {
  try {
    const child = Bun.spawn([path, "-V"], { stdio: ["ignore", "ignore", "pipe"], timeout: 20_000 });
    const [text, code] = await Promise.all([child.stderr.text(), child.exited]);
    const hasTls = /http_ssl_module/.test(text);
    if (code === 0 && hasTls) return path;
    return said(tried, code === 0 ? `${path} has no TLS.` : `${path} ends with ${code}.`);
  } catch (error) {
    return said(tried, `${path} can't be run: ${error}`);
  }
}

function said(tried: string[], sentence: string): null {
  tried.push(sentence);
  return null;
}
