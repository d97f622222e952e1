/** Languages: the same texts with the same holes in each, and which one a browser asks for. */
import { expect, test } from "bun:test";
import { fill, holesIn } from "../../src/words/fill.ts";
import { languageCalled, languages, preferredLanguage, textAt, wordsIn } from "../../src/words/words.ts";
import { randomOf, seedOf } from "../support/random.ts";

/** Every text by its path; a function's place is told, too. */
function textsIn(value: unknown, path = ""): [path: string, text: string][] {
  if (typeof value === "string") return [[path, value]];
  if (typeof value === "function") return [[path, ""]];
  return Object.entries(value ?? {}).flatMap(([key, each]) => textsIn(each, `${path}.${key}`));
}

const english = textsIn(wordsIn("en"));

for (const language of languages) {
  test(`${language} has the texts of English, each with the same holes, and none empty`, () => {
    const texts = textsIn(wordsIn(language));
    expect(texts.map(([path]) => path).toSorted()).toEqual(english.map(([path]) => path).toSorted());
    const own = new Map(texts);
    for (const [path, text] of english) {
      const other = own.get(path) ?? "";
      expect([path, holesIn(other)]).toEqual([path, holesIn(text)]);
      expect([path, other === ""]).toEqual([path, text === ""]);
    }
  });
}

test("no text of another language has been left in English", () => {
  const own = new Map(textsIn(wordsIn("de")));
  // Names, signs and words that both have; the demo speaks English only.
  const shared =
    /\.(name|keys\.enter|keys\.esc|receipt\.tokens|welcome\.demo\w+\.?\d?|usage\.tokens|parameters\.(topP|seed)|menu\.name|receipt\.(speed)|picker\.(speed|unitSpeed)|failures\.request_rejected\.text|takeaway\.one[A-Z]\w+)$/;
  const same = english.filter(([path, text]) => /[a-z]{3}/i.test(text) && own.get(path) === text);
  expect(same.map(([path]) => path).filter((path) => !shared.test(path))).toEqual([]);
});

const asked: [header: string | null, language: string][] = [
  [null, "en"],
  ["", "en"],
  ["de", "de"],
  ["DE-at", "de"],
  ["de-DE,de;q=0.9,en;q=0.8", "de"],
  ["en-GB,en;q=0.9,de;q=0.8", "en"],
  ["en;q=0.2, de;q=0.3", "de"],
  ["fr, de;q=0.5", "de"],
  ["fr, it", "en"],
  ["de;q=0", "en"],
  ["de;q=0, *", "en"],
  ["*;q=0.5, de;q=0.4", "en"],
  ["*;q=0.3, de;q=0.4", "de"],
  ["de;q=1.5", "en"],
  ["de;q=", "en"],
  ["de ; q=0.9 , en ; q=0.8", "de"],
  [";;;,,,q=1,=", "en"],
  ["deutsch", "en"],
  ["de_DE", "en"],
  [`${"x".repeat(100_000)},de`, "en"],
];

for (const [header, language] of asked) {
  test(`a browser that asks for ${JSON.stringify(header)?.slice(0, 40)} reads ${language}`, () => {
    expect<string>(preferredLanguage(header)).toBe(language);
  });
}

test("whatever is asked for, it is a language that there is", () => {
  const { soup } = randomOf(seedOf("languages"));
  for (let round = 0; round < 2000; round++) {
    const header = soup(["de", "en", "*", ",", ";", "q=", "0.5", "1", "-", " ", "=", "\t", "ü", "fr"], 20);
    expect(languages).toContain(preferredLanguage(header));
  }
});

test("a name of no language of ours is none, not even of an object's own parts", () => {
  for (const name of ["fr", "DE", "", "constructor", "__proto__", null, undefined])
    expect(languageCalled(name)).toBeNull();
  for (const key of ["constructor.name", "say.constructor", "say", "refusals", "place.all", "a.b.c", ""])
    expect(textAt(wordsIn("en"), key)).toBeUndefined();
});

test("values go into their holes as the language writes them, and one that is missing is a fault", () => {
  expect(fill("{count} of {name}", { count: 1234.5, name: "{count}" }, wordsIn("de"))).toBe(
    "1.234,5 of {count}",
  );
  expect(() => fill("{count}", {}, wordsIn("de"))).toThrow("{count}");
});

test("figures are written as each language writes them", () => {
  const told = languages.map((language) => {
    const { count, seconds, dollars, date, place, age } = wordsIn(language);
    const figures = [
      count(1_234_567),
      seconds(456),
      seconds(3210),
      seconds(65_432),
      dollars(0.000_42),
      dollars(1),
    ];
    return [...figures, date(Date.UTC(2026, 2, 5, 12)), place.all(2), age.days(1)].map((each) =>
      each.replace(/\s/g, " "),
    );
  });
  expect(told).toEqual([
    [
      "1,234,567",
      "0.46 s",
      "3.2 s",
      "65 s",
      "$0.00042",
      "$1.00",
      "5 Mar 2026",
      "Waiting: 2nd in line",
      "1 day",
    ],
    [
      "1.234.567",
      "0,46 s",
      "3,2 s",
      "65 s",
      "0,00042 $",
      "1,00 $",
      "5. März 2026",
      "Wartet: 2. in der Schlange",
      "einem Tag",
    ],
  ]);
});
