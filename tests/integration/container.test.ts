/** The image of the Dockerfile, made and run without an engine: what it is built of, as whom it runs, who may come. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import * as container from "../support/container.ts";
import { runProgram, startProgram } from "../support/process.ts";

const [build, image] = await container.readDockerfile();
const why = await container.whyNoRoots();
const inImage = test.skipIf(why !== null);
const user = Number(/--uid (\d+)/.exec(container.all(image, "RUN").join())?.[1]);
const [workdir = ""] = container.all(image, "WORKDIR");
const [entry] = JSON.parse(container.all(image, "ENTRYPOINT")[0] ?? "[]") as string[];
const env = Object.fromEntries(container.all(image, "ENV").map((text) => text.split("=")));
const [, from = "", at = ""] = /--from=build (\S+) (\S+)/.exec(container.all(image, "COPY")[0] ?? "") ?? [];

let context: container.Folder;
let root: container.Folder;
let command: string[];

beforeAll(async () => {
  context = await container.copyContext();
  for (const sources of container.all(build, "COPY").map((text) => text.split(" ").slice(0, -1)))
    for (const source of sources)
      expect([source, existsSync(join(context.path, source))]).toEqual([source, true]);
  const [install, make = ""] = container.all(build, "RUN");
  expect(install).toBe("bun install --frozen-lockfile --ignore-scripts");
  const told = { ...process.env, COMMIT: "0123abc" };
  const built = await Bun.$`sh -c ${make}`.cwd(context.path).env(told).quiet().nothrow();
  expect([built.exitCode, built.stderr.toString()]).toEqual([0, expect.any(String)]);
  const program = join(context.path, from.replace(`${container.all(build, "WORKDIR")[0]}/`, ""));
  const libraries = (await container.librariesOf(program)).map((path) => path.split("/").at(-1));
  // All of them are of libc6, without which Debian would not be.
  expect(libraries.filter((name) => !/^(ld-linux|lib(c|m|dl|pthread|rt)\.so)/.test(name ?? ""))).toEqual([]);
  if (why !== null) return;
  root = await container.makeRoot(program, at, workdir, user);
  command = container.inRoot(root.path, workdir, user, entry ?? "");
}, 120_000);

afterAll(async () => {
  await root?.[Symbol.asyncDispose]();
  await context[Symbol.asyncDispose]();
});

inImage(
  "it serves as somebody without rights, keeps its data in the volume, and tells its health",
  async () => {
    expect([user, workdir, container.all(image, "VOLUME")]).toEqual([1000, "/data", ["/data"]]);
    const [name = ""] = container.all(image, "USER");
    const [made = ""] = container.all(image, "RUN");
    expect(made).toContain(`--owner=${name} --group=${name} ${workdir}`);
    expect(made).toEndWith(workdir);
    const settings = { ...env, PATH: "/usr/local/bin:/usr/bin:/bin:/usr/sbin", HOST: "0.0.0.0" };
    await using program = await startProgram({ command, env: { ...settings, PASSWORD: "a red bicycle" } });
    expect(program.lines.find(({ event }) => event === "app.started")).toMatchObject({ commit: "0123abc" });
    expect((await stat(join(root.path, "data/banter.db"))).uid).toBe(1000);
    const PORT = new URL(program.url).port;
    expect(await healthOf(PORT)).toBe(0);
    const page = await fetch(`http://127.0.0.1:${PORT}/`, { redirect: "manual" });
    expect(page.headers.get("location")).toStartWith("/signin");
    expect(await program.end("SIGTERM")).toBe(0);
    expect(await healthOf(PORT)).not.toBe(0);
  },
  60_000,
);

inImage(
  "as it comes it lets nobody in whom nothing asks [C6]",
  async () => {
    expect(Object.keys(env)).toEqual(["DATA"]);
    const ended = await runProgram([], { command, env: { ...env, HOST: "0.0.0.0" } });
    expect(ended).toMatchObject({ code: 1, err: expect.stringContaining("nothing asks who comes") });
  },
  60_000,
);

/** As the engine asks; in the image, bash is Debian's. */
async function healthOf(PORT: string): Promise<number> {
  const [, words = "[]"] = /CMD (\[.*\])$/.exec(container.all(image, "HEALTHCHECK")[0] ?? "") ?? [];
  const child = Bun.spawn(JSON.parse(words) as string[], {
    env: { PATH: process.env["PATH"] ?? "", PORT },
    stdio: ["ignore", "ignore", "ignore"],
  });
  return child.exited;
}
