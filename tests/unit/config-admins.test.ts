/** Whom the settings name as admins, and what has to stand beside that. */
import { expect, test } from "bun:test";
import { readConfig, type Env } from "../../src/config.ts";

function good(env: Env) {
  const read = readConfig(env);
  if ("faults" in read) throw new Error(read.faults.join("\n"));
  return read.config;
}

function faults(env: Env): string[] {
  const read = readConfig(env);
  return "faults" in read ? read.faults : [];
}

test("admins are named by subject or @name, and want somebody to say who signs in", () => {
  const oauth = { OAUTH_CLIENT_ID: "an-app" };
  expect(good({ ...oauth, ADMINS: " @ann,, 64f1c0ffee , bob@example.org" }).admins).toEqual([
    ...["@ann", "64f1c0ffee", "bob@example.org"],
  ]);
  for (const env of [{}, { PASSWORD: "a red bicycle" }]) {
    expect(faults({ ...env, ADMINS: "64f1c0ffee" })).toEqual([
      expect.stringContaining("ADMINS are known by who signs in"),
    ]);
  }
  const bare = { ...oauth, OAUTH_SCOPES: "openid inference-api" };
  expect(faults({ ...bare, ADMINS: "64f1c0ffee,@ann" })).toEqual([
    expect.stringContaining("ADMINS has an @name"),
  ]);
  expect(good({ ...bare, ADMINS: "64f1c0ffee" }).admins).toEqual(["64f1c0ffee"]);
  for (const wrong of ["ann smith", "@", "ann\n@"]) {
    expect(faults({ ...oauth, ADMINS: wrong })).toEqual([expect.stringContaining("odd character")]);
  }
});
