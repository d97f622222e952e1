/** A list of models in the shape in which Hugging Face's router tells it. */

type Provider = {
  provider: string;
  price: [usdIn: number, usdOut: number] | "free";
  context?: number;
  firstMs?: number;
  perS?: number;
  tools?: boolean;
};

export type RouterModel = { id: string; images?: boolean; providers: Provider[] };

/** `more` models follow these, to make a long list. */
export function routerList(models: RouterModel[] = known, more = 0): unknown {
  const filler = Array.from({ length: more }, (_, n): RouterModel => {
    const price: [number, number] = [n / 100, n / 50];
    return {
      id: `many/model-${n}`,
      providers: ["acme", "bolt", "core"].map((provider) => ({ provider, price })),
    };
  });
  return { object: "list", data: [...models, ...filler].map(entryOf) };
}

export const known: RouterModel[] = [
  {
    id: "openai/gpt-oss-120b",
    providers: [
      { provider: "cerebras", price: [0.25, 0.69], context: 131_072, firstMs: 210, perS: 912, tools: true },
      { provider: "groq", price: [0.15, 0.75], context: 131_072, firstMs: 300, perS: 468, tools: true },
      { provider: "nscale", price: [0.1, 0.4], context: 131_072, firstMs: 620, perS: 121 },
    ],
  },
  {
    id: "deepseek-ai/DeepSeek-V3.2",
    providers: [
      { provider: "novita", price: [0.27, 0.4], context: 163_840, firstMs: 1100, perS: 38, tools: true },
    ],
  },
  {
    id: "google/gemma-4-31B-it",
    images: true,
    providers: [
      { provider: "together", price: "free", context: 131_072, firstMs: 550, perS: 74 },
      { provider: "bolt", price: [0.2, 0.2] },
    ],
  },
  {
    id: "meta-llama/Llama-3.1-8B-Instruct",
    providers: [{ provider: "cerebras", price: [0.1, 0.1], perS: 2200 }],
  },
];

function entryOf({ id, images = false, providers }: RouterModel) {
  return {
    id,
    object: "model",
    owned_by: id.split("/")[0],
    architecture: { input_modalities: images ? ["text", "image"] : ["text"], output_modalities: ["text"] },
    providers: providers.map(({ provider, price, context, firstMs, perS, tools }) => ({
      provider,
      status: "live",
      is_free: price === "free",
      ...(price === "free" ? {} : { pricing: { input: price[0], output: price[1] } }),
      ...(context === undefined ? {} : { context_length: context }),
      ...(firstMs === undefined ? {} : { first_token_latency_ms: firstMs }),
      ...(perS === undefined ? {} : { throughput: perS }),
      supports_tools: tools ?? false,
    })),
  };
}
