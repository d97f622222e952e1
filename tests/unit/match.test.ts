/** What is typed against names, as the palette does it. */
import { expect, test } from "bun:test";
import { assert, nat, property, string } from "fast-check";
import { rank } from "../../src/client/keys/match.ts";

const sorted = (query: string, names: string[]) =>
  names
    .flatMap((name) => {
      const fit = rank(query, name);
      return fit === null ? [] : [{ name, fit }];
    })
    .toSorted((a, b) => a.fit - b.fit)
    .map(({ name }) => name);

test("beginnings of words come first, then what is inside one, then letters apart", () => {
  const names = ["Renew the pass", "A brand-new chat", "New chat", "Not every word", "Stop the reply"];
  expect(sorted("new", names)).toEqual(["New chat", "Renew the pass", "A brand-new chat", "Not every word"]);
});

test("case, accents and the order of words do not matter", () => {
  expect(sorted("ECLAIR recette", ["Recette d’éclairs", "Recette de pain"])).toEqual(["Recette d’éclairs"]);
});

test("letters from all over a long name are not a match", () => {
  expect(rank("rgnr", "Regenerate the last reply")).not.toBeNull();
  expect(rank("xyz", "Regenerate")).toBeNull();
  expect(rank("qf", "a question of some length about something quite different")).toBeNull();
});

test("any name matches itself and any beginning of it", () => {
  assert(
    property(string({ unit: "grapheme", maxLength: 30 }), nat(30), (name, length) => {
      const query = name.slice(0, length).trim().toWellFormed();
      return query === "" || name.slice(0, length) !== query || rank(query, name) !== null;
    }),
  );
});
