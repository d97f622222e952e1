/** Who is an admin: by a subject, or by a name behind an @, and never by the one in the other's place. */
import { expect, test } from "bun:test";
import { adminsIn } from "../../src/auth/admins.ts";

const nobody = { find: async () => null };

test("a subject counts by itself and a name behind an @, as they were written", () => {
  const { names } = adminsIn(["64f1c0ffee", "@ann"], nobody);
  const cases: [subject: string, name: string | null, isAdmin: boolean][] = [
    ["64f1c0ffee", null, true],
    ["64f1c0ffee", "bob", true],
    ["1", "ann", true],
    ["1", "Ann", false],
    ["1", null, false],
    // Names are chosen by who has them, and some providers' subjects are names.
    ["1", "64f1c0ffee", false],
    ["ann", "bob", false],
    ["@ann", null, false],
  ];
  for (const [subject, name, isAdmin] of cases)
    expect([subject, name, names({ subject, name })]).toEqual([subject, name, isAdmin]);
});

test("an account is an admin's as its row says, and where nobody is named no row is read", async () => {
  const people = { find: async () => ({ subject: "1", name: "ann", blockedMs: null }) };
  expect(await adminsIn(["@ann"], people).has("an account")).toBe(true);
  expect(await adminsIn(["@ann"], nobody).has("an account")).toBe(false);
  const unread = { find: () => Promise.reject(new Error("it was read")) };
  expect(await adminsIn([], unread).has("an account")).toBe(false);
});
