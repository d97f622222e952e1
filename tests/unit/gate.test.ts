/** Who looks for a viewer: the gates, and the few that have a reason of their own. */
import { expect, test } from "bun:test";
import { Glob } from "bun";

/** The page for signing in and the way back ask who one was before; lines are looked at once more when they are open. */
const others = ["access/oauth.ts", "access/signin.ts", "carriers/watch.ts"];

test("no answer asks for a viewer by itself: each is called by a gate, with whom that lets in [A1]", async () => {
  const found: string[] = [];
  for await (const path of new Glob("**/*.ts").scan("src/server")) {
    const text = await Bun.file(`src/server/${path}`).text();
    if (/\bviewers\.(find|welcome)\(|\b(readerOf|watcherFrom)\(/.test(text)) found.push(path);
  }
  expect(found.toSorted()).toEqual([...others, "access/gate.ts", "access/reader.ts"].toSorted());
});
