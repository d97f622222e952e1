/** What is read out of endpoints' lists of models, well-formed or not. */
import { expect, test } from "bun:test";
import { bareId } from "../../src/inference/catalogue/catalogue.ts";
import { parseCatalogue } from "../../src/inference/catalogue/parse.ts";

const limits = { catalogueModels: 100, catalogueOffers: 4 };
const parse = (json: unknown) => parseCatalogue(json, limits);
const nothing = {
  contextTokens: null,
  usdIn: null,
  usdOut: null,
  isFree: false,
  takesTools: null,
  firstTokenMs: null,
  tokensPerS: null,
};

test("the router's list tells each model's providers, with their prices and their pace", () => {
  const pricing = { input: 0.15, output: 0.75 };
  const acme = { provider: "acme", status: "live", context_length: 131_072, pricing, supports_tools: true };
  const models = parse({
    object: "list",
    data: [
      {
        id: "org/model",
        architecture: { input_modalities: ["text", "image"] },
        providers: [
          { ...acme, first_token_latency_ms: 210.5, throughput: 912, is_free: false, is_new: "field" },
          { provider: "gratis", is_free: true },
          { provider: "gone", status: "error" },
        ],
      },
    ],
  });
  const told = { contextTokens: 131_072, usdIn: 0.15, usdOut: 0.75, takesTools: true };
  expect(models).toEqual([
    {
      id: "org/model",
      takesImages: true,
      offers: [
        { ...nothing, ...told, provider: "acme", firstTokenMs: 210.5, tokensPerS: 912 },
        { ...nothing, provider: "gratis", isFree: true },
      ],
    },
  ]);
});

test("a server that lists names alone has one offer a model, with what it says of itself", () => {
  const models = parse({
    data: [
      { id: "llama3.2:1b", object: "model", owned_by: "library" },
      { id: "vllm", max_model_len: 8192 },
      { id: "cpp", meta: { n_ctx_train: 4096 } },
      {
        id: "per/token",
        pricing: { prompt: "0.00000015", completion: "0" },
        supported_parameters: ["tools"],
      },
    ],
  });
  const offers = models?.map(({ offers: [offer] }) => offer);
  expect(offers).toEqual([
    { ...nothing, provider: null },
    { ...nothing, provider: null, contextTokens: 8192 },
    { ...nothing, provider: null, contextTokens: 4096 },
    { ...nothing, provider: null, usdIn: 0.15, usdOut: 0, takesTools: true },
  ]);
});

test("what is no list is told from a list with nothing in it", () => {
  for (const bad of [null, 7, "data", {}, { data: null }, { data: { 0: {} } }, { error: "no" }]) {
    expect(parse(bad)).toBeNull();
  }
  expect(parse({ data: [] })).toEqual([]);
  expect(parse([{ id: "bare" }])).toHaveLength(1);
});

test("what makes no sense in a list is left out, and harms nothing beside it", () => {
  const provider = { provider: "p", context_length: -1, pricing: { input: "0.1", output: Infinity } };
  const models = parse({
    data: [
      null,
      "id",
      { id: "" },
      { id: 7 },
      { id: "two words" },
      { id: "<script>" + "x".repeat(200) },
      { id: "a", providers: "none", architecture: 7, pricing: [] },
      { id: "a", twice: true },
      { id: "b", providers: [null, 7, {}, { provider: "two words" }, { ...provider, throughput: NaN }] },
      { id: "__proto__", providers: [{ provider: "constructor" }] },
    ],
  });
  expect(models?.map(({ id, offers }) => [id, offers.map((offer) => offer.provider)])).toEqual([
    ["a", [null]],
    ["b", ["p"]],
    ["__proto__", ["constructor"]],
  ]);
  expect(models?.[1]?.offers).toEqual([{ ...nothing, provider: "p" }]);
});

test("a huge list is read as far as the limits, quickly", () => {
  const providers = Array.from({ length: 50 }, (_, n) => ({ provider: `p${n}` }));
  const data = Array.from({ length: 10_000 }, (_, n) => ({ id: `org/m${n}`, providers }));
  const models = parse({ data });
  expect(models).toHaveLength(100);
  expect(models?.[0]?.offers).toHaveLength(4);
});

test("a model's name ends before its choice of provider", () => {
  expect(["o/m:fastest", "o/m", "llama3.2:1b", "a:b/c"].map(bareId)).toEqual([
    "o/m",
    "o/m",
    "llama3.2",
    "a:b/c",
  ]);
});
