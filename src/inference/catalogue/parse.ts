/** An endpoint's list of models, in whatever shape → what is in it for certain. */
import type { ListedModel, Offer } from "../../domain.ts";

export type CatalogueLimits = { catalogueModels: number; catalogueOffers: number };

/** Null where it is no list; what can't be read in it is left out, and what is past the limits. */
export function parseCatalogue(json: unknown, limits: CatalogueLimits): ListedModel[] | null {
  const data = Array.isArray(json) ? json : fieldsOf(json)?.["data"];
  if (!Array.isArray(data)) return null;
  const models = new Map<string, ListedModel>();
  for (const item of data) {
    if (models.size >= limits.catalogueModels) break;
    const fields = fieldsOf(item);
    const id = nameOf(fields?.["id"], 200);
    if (fields === null || id === null || models.has(id)) continue;
    models.set(id, {
      id,
      takesImages: takesImages(fields),
      offers: offersOf(fields, limits.catalogueOffers),
    });
  }
  return [...models.values()];
}

type Fields = Record<string, unknown>;

/** Hugging Face's router names providers; elsewhere the model's own fields are the one offer. */
function offersOf(model: Fields, max: number): Offer[] {
  const listed = Array.isArray(model["providers"]) ? model["providers"].map(fieldsOf) : [];
  const offers = listed.flatMap((fields) => {
    const provider = nameOf(fields?.["provider"], 64);
    const isLive = fields?.["status"] === undefined || fields["status"] === "live";
    return fields === null || provider === null || !isLive ? [] : [offerOf(fields, provider)];
  });
  return offers.length > 0 ? offers.slice(0, max) : [offerOf(model, null)];
}

function offerOf(fields: Fields, provider: string | null): Offer {
  const { usdIn, usdOut } = pricesOf(fieldsOf(fields["pricing"]));
  const supported = fields["supported_parameters"];
  const tools = fields["supports_tools"] ?? (Array.isArray(supported) ? supported.includes("tools") : null);
  return {
    provider,
    contextTokens: contextOf(fields),
    usdIn,
    usdOut,
    isFree: fields["is_free"] === true || (usdIn === 0 && usdOut === 0),
    takesTools: typeof tools === "boolean" ? tools : null,
    firstTokenMs: amount(fields["first_token_latency_ms"]),
    tokensPerS: amount(fields["throughput"]),
  };
}

/** For a million tokens as numbers `input` and `output`, or for one as texts `prompt` and `completion`. */
function pricesOf(pricing: Fields | null): { usdIn: number | null; usdOut: number | null } {
  if (pricing === null) return { usdIn: null, usdOut: null };
  const perToken = (value: unknown) => {
    const price = typeof value === "string" && value.trim() !== "" ? amount(Number(value)) : null;
    return price === null ? null : Number((price * 1e6).toPrecision(12));
  };
  return {
    usdIn: amount(pricing["input"]) ?? perToken(pricing["prompt"]),
    usdOut: amount(pricing["output"]) ?? perToken(pricing["completion"]),
  };
}

/** By the names that the router, vLLM and llama.cpp give it. */
function contextOf(fields: Fields): number | null {
  const told = [fields["context_length"], fields["max_model_len"], fieldsOf(fields["meta"])?.["n_ctx_train"]];
  return told.map(amount).find((tokens) => tokens !== null && tokens > 0) ?? null;
}

function takesImages(model: Fields): boolean | null {
  const modalities = fieldsOf(model["architecture"])?.["input_modalities"];
  return Array.isArray(modalities) ? modalities.includes("image") : null;
}

function nameOf(value: unknown, charsMax: number): string | null {
  const isName = typeof value === "string" && value.length <= charsMax && /^[\x21-\x7e]+$/.test(value);
  return isName ? value : null;
}

function amount(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 && value < 1e9 ? value : null;
}

function fieldsOf(value: unknown): Fields | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}
