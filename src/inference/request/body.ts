/** The body of a request, without what its model's provider has refused before. */
import type { Failure } from "../../domain.ts";
import type { ChatMessage, ChatRequest } from "../provider.ts";

/** What a provider may refuse, by its name in the body; the person's own parameters, and what we ask for ourselves. */
type Field = "temperature" | "top_p" | "reasoning_effort" | "seed" | "stop" | "stream_options";

/** `stream_options` first: it is in each request, so it is the likeliest. */
const fields: Field[] = ["stream_options", "temperature", "top_p", "reasoning_effort", "seed", "stop"];

/** A field that the provider of a model refused. */
export type Known = { model: string; field: string };

/** Remembers refusals by model, so that each field is tried once. */
export function createBodies(known: Known[] = [], learned: (known: Known) => void = () => {}) {
  const byModel = new Map<string, Set<Field>>();
  for (const { model, field } of known) {
    const name = fields.find((each) => each === field);
    if (name !== undefined) byModel.set(model, (byModel.get(model) ?? new Set()).add(name));
  }
  const refusedBy = (model: string) => byModel.get(model) ?? none;

  return {
    bodyOf(request: ChatRequest) {
      const all = optionalOf(request);
      const sent = fields.filter((name) => all[name] !== undefined && !refusedBy(request.model).has(name));
      return {
        model: request.model,
        messages: request.messages.map(asSent),
        max_tokens: request.maxTokens,
        stream: true,
        ...Object.fromEntries(sent.map((name) => [name, all[name]])),
      };
    },
    /** The parameters that were set, and will not be sent. */
    dropped(request: ChatRequest): string[] {
      const all = optionalOf(request);
      const refused = refusedBy(request.model);
      return fields.filter(
        (name) => name !== "stream_options" && all[name] !== undefined && refused.has(name),
      );
    },
    /** Learns from a failure which field was refused; false where it does not say. */
    learn(request: ChatRequest, { status, detail }: Failure): boolean {
      if (status !== 400 && status !== 422) return false;
      const all = optionalOf(request);
      const refused = byModel.get(request.model) ?? new Set();
      const isNamed = (name: Field) => new RegExp(`(?<![a-z_])${name}(?![a-z_])`, "i").test(detail);
      const field = fields.find((name) => all[name] !== undefined && !refused.has(name) && isNamed(name));
      if (field === undefined) return false;
      if (byModel.size >= modelsMax) byModel.clear();
      byModel.set(request.model, refused.add(field));
      learned({ model: request.model, field });
      return true;
    },
  };
}

/** A list of parts only where there are images: many servers take nothing but a text. */
function asSent({ role, content, images = [] }: ChatMessage) {
  if (images.length === 0) return { role, content };
  const shown = images.map((url) => ({ type: "image_url" as const, image_url: { url } }));
  const said = content === "" ? [] : [{ type: "text" as const, text: content }];
  return { role, content: [...shown, ...said] };
}

const modelsMax = 1000;
const none: ReadonlySet<Field> = new Set();

function optionalOf(request: ChatRequest): Record<Field, unknown> {
  return {
    stream_options: { include_usage: true },
    temperature: request.temperature,
    top_p: request.topP,
    reasoning_effort: request.reasoningEffort,
    seed: request.seed,
    stop: request.stop,
  };
}
