/** What a reply costs by the list, to the last digit, and where no price can be told. */
import { expect, test } from "bun:test";
import type { ListedModel, Offer } from "../../src/domain.ts";
import { dearestPrice, estimateCost } from "../../src/inference/catalogue/prices.ts";

const offer = (
  provider: string | null,
  usdIn: number | null,
  usdOut: number | null,
  isFree = false,
): Offer => ({
  provider,
  usdIn,
  usdOut,
  isFree,
  contextTokens: null,
  takesTools: null,
  firstTokenMs: null,
  tokensPerS: null,
});
const model = (...offers: Offer[]): ListedModel => ({ id: "org/model", takesImages: null, offers });
const several = model(
  offer("acme", 0.15, 0.75),
  offer("fire-works", 0.1, 0.2),
  offer("gratis", null, null, true),
);
const used = (tokensIn: number, tokensOut: number) => ({ tokensIn, tokensOut });

test("tokens times prices, to the last digit", () => {
  const cost = (tokensIn: number, tokensOut: number) =>
    estimateCost(several, "org/model", "acme", used(tokensIn, tokensOut));
  expect(cost(0, 0)).toBe(0);
  expect(cost(1, 0)).toBe(0.00000015);
  expect(cost(30, 1174)).toBe(0.000885);
  expect(cost(123_456, 7_891)).toBe(0.02443665);
  // In doubles, 3 × 0.1 is no 0.3.
  expect(estimateCost(several, "org/model", "fire-works", used(3, 0))).toBe(0.0000003);
  expect(estimateCost(model(offer(null, 0.07, 0.29)), "m", null, used(1_000_003, 999_999))).toBe(0.35999992);
});

test("the price is of who answered, else of who was asked for, however the name is written", () => {
  const of = (id: string, provider: string | null) => estimateCost(several, id, provider, used(1_000_000, 0));
  expect(of("org/model:fastest", "acme")).toBe(0.15);
  expect(of("org/model:acme", "FireWorks")).toBe(0.1);
  expect(of("org/model:fire-works", null)).toBe(0.1);
  expect(of("org/model:fastest", "gratis")).toBe(0);
});

test("where the list does not tell which price was paid, none is told", () => {
  expect(estimateCost(several, "org/model:fastest", null, used(1, 1))).toBeNull();
  expect(estimateCost(several, "org/model:fastest", "unheard-of", used(1, 1))).toBeNull();
  expect(estimateCost(model(offer("acme", 1, 1)), "org/model", "other", used(1, 1))).toBeNull();
  expect(estimateCost(model(offer("acme", 1, null)), "org/model", "acme", used(1, 1))).toBeNull();
  expect(estimateCost(null, "org/model", "acme", used(1, 1))).toBeNull();
});

test("what is kept for a reply covers whoever may take a named provider's place", () => {
  const offers = [
    offer("dear", 9, 9),
    offer("named", 1, 2),
    offer("alike", 3, 2),
    offer("silent", null, null),
  ];
  const listed: ListedModel = { id: "m", takesImages: null, offers };
  const each = (usdIn: number, usdOut: number) => ({ usdIn: usdIn / 1e6, usdOut: usdOut / 1e6 });
  expect(dearestPrice(listed, "m:named")).toEqual(each(3, 2));
  expect(dearestPrice(listed, "m:named", 10)).toEqual(each(9, 9));
  expect(dearestPrice(listed, "m:fastest")).toBeNull();
});
