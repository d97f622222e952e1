/** What is known in a Hugging Face Space without being set. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { readConfig, type Config } from "../../src/config.ts";
import { KEYS } from "../../src/config/keys.ts";

const space = { SPACE_HOST: "ann-banter.hf.space" };
const signIn = { OAUTH_CLIENT_ID: "an-app", OAUTH_CLIENT_SECRET: "a-secret" };

function good(env: Record<string, string>): Config {
  const read = readConfig(env);
  if ("faults" in read) throw new Error(read.faults.join("\n"));
  return read.config;
}

test("in a Space its name, its frame and its proxy are known", () => {
  expect(good({ ...space, ...signIn, PUBLIC_URL: "" })).toMatchObject({
    ...{ host: "0.0.0.0", publicUrl: "https://ann-banter.hf.space", proxyHops: 1 },
    frameAncestors: ["https://huggingface.co"],
  });
  expect(good({}).host).toBe("127.0.0.1");
});

test("what is set holds in a Space, too", () => {
  const set = { TRUST_PROXY: "2", PUBLIC_URL: "https://chat.example.org" };
  expect(good({ ...space, ...signIn, ...set })).toMatchObject({
    ...{ publicUrl: "https://chat.example.org", proxyHops: 2 },
  });
});

test("a Space that asks nobody who comes does not start [C6]", () => {
  expect(readConfig(space)).toEqual({ faults: [expect.stringContaining("nothing asks who comes")] });
});

test("a Space's front page leads to the port where the image listens, and asks for what pays", async () => {
  const read = (path: string) => Bun.file(join(import.meta.dir, "../..", path)).text();
  const [, head = ""] = /^---\n(.*?)^---$/ms.exec(await read("deploy/space.md")) ?? [];
  const port = KEYS.PORT.default;
  expect(head).toContain(`\nsdk: docker\napp_port: ${port}\n`);
  expect(await read("Dockerfile")).toContain(`\nEXPOSE ${port}\n`);
  expect(head).toContain("\nhf_oauth: true\n");
  const [, asked = ""] = /hf_oauth_scopes:\n((?: {2}- .*\n)+)/.exec(head) ?? [];
  // Hugging Face puts these two before whatever is asked for.
  const scopes = ["openid", "profile", ...[...asked.matchAll(/- (\S+)/g)].map(([, scope]) => scope)];
  expect(good({ ...space, ...signIn, OAUTH_SCOPES: scopes.join(" ") }).oauth?.pays).toBe(true);
});
