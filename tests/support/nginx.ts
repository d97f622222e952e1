/** A real nginx in front of the program, with TLS and the very lines that deploy/README.md has for people. */
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../bench/children.ts";
import { startApp, type AppSettings, type TestApp } from "./app.ts";
import { makeCertificate } from "./certificate.ts";
import { blockIn, changed } from "./deploy.ts";
import { findNginx } from "./find-nginx.ts";
import { until } from "./process.ts";

/** Tests are skipped where it is null; tests/run.ts says why. */
export const nginx = await findNginx();

export type Place = AsyncDisposable & {
  /** What browsers call it; by this name only the tests' own browser finds it. */
  url: string;
  app: TestApp;
  nginx: Nginx;
  /** Asks by TLS, at nginx's own address, under the public name unless `headers` has another Host. */
  ask(path: string, init?: RequestInit): Promise<Response>;
};

export type Nginx = AsyncDisposable & {
  /** As `nginx -s reload` does; resolves when the new workers have begun. */
  reload(): Promise<void>;
  told(): string;
};

export type PlaceSettings = AppSettings & {
  /** Changes to the lines of the book. */
  lines?: Record<string, string>;
};

const name = "chat.test";

/** The program by PUBLIC_URL behind nginx, both on free ports. */
export async function startBehindNginx(settings: PlaceSettings = {}): Promise<Place> {
  const port = await freePort();
  const url = `https://${name}:${port}`;
  const env = { PUBLIC_URL: url, TRUST_PROXY: "1", ...settings.env };
  const app = await startApp({ ...settings, env });
  try {
    const server = await startNginx(port, app.live.server?.port ?? 0, settings.lines ?? {});
    const ask = (path: string, init: RequestInit = {}) => {
      const headers = { Host: new URL(url).host, ...(init.headers as Record<string, string>) };
      const tls = { rejectUnauthorized: false };
      return fetch(`https://127.0.0.1:${port}${path}`, { redirect: "manual", ...init, headers, tls });
    };
    const end = async () => {
      await server[Symbol.asyncDispose]();
      await app[Symbol.asyncDispose]();
    };
    return { url, app, nginx: server, ask, [Symbol.asyncDispose]: end };
  } catch (error) {
    await app[Symbol.asyncDispose]();
    throw error;
  }
}

async function startNginx(port: number, appPort: number, lines: Record<string, string>): Promise<Nginx> {
  if (nginx === null) throw new Error("There is no nginx here.");
  const folder = await mkdtemp(join(tmpdir(), "banter-nginx-"));
  const { certificate, key } = makeCertificate([name]);
  const [certificatePath, keyPath] = [join(folder, "certificate.pem"), join(folder, "key.pem")];
  await Promise.all([Bun.write(certificatePath, certificate), Bun.write(keyPath, key)]);
  const server = changed(await blockIn("nginx"), {
    "listen 443": `listen 127.0.0.1:${port}`,
    "server_name chat.example.org": `server_name ${name}`,
    "/etc/letsencrypt/live/chat.example.org/fullchain.pem": certificatePath,
    "/etc/letsencrypt/live/chat.example.org/privkey.pem": keyPath,
    ...lines,
    "http://127.0.0.1:8000": `http://127.0.0.1:${appPort}`,
  });
  await Bun.write(join(folder, "nginx.conf"), configuration(folder, server));
  const child = Bun.spawn([nginx, "-p", folder, "-c", join(folder, "nginx.conf"), "-e", "stderr"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let told = "";
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of child.stderr) told += decoder.decode(chunk, { stream: true });
  })();
  async function end() {
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), 5000);
    await child.exited;
    clearTimeout(timer);
    await reading;
    await rm(folder, { recursive: true, force: true });
  }
  const workers = () => told.split("start worker process ").length;
  try {
    await until("nginx to listen", async () => {
      if (child.exitCode !== null) throw new Error(`nginx has ended: ${told}`);
      return workers() > 1 && (await listens(port));
    });
  } catch (error) {
    await end();
    throw error;
  }
  return {
    told: () => told,
    async reload() {
      const before = workers();
      child.kill("SIGHUP");
      await until("nginx's new workers", () => workers() > before);
    },
    [Symbol.asyncDispose]: end,
  };
}

/** What Debian's own file has around a server, as far as it matters; root's workers are somebody else. */
function configuration(folder: string, server: string): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return `
    daemon off;
    pid ${folder}/nginx.pid;
    error_log stderr notice;
    ${process.getuid?.() === 0 ? "user daemon;" : ""}
    worker_processes 1;
    worker_shutdown_timeout 2s;
    events {}
    http {
      access_log off;
      ${temporary.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join("\n      ")}
      ${server}
    }`;
}

function listens(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, "127.0.0.1");
  socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
  return promise.finally(() => socket.destroy());
}
