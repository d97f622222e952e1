/** An assistant of our own format: taken as it is where it is sound, by the rules of its form. */
import type { Assistant } from "../domain.ts";
import { isId } from "../protocol.ts";
import { readAssistant, type AssistantLimits } from "../protocol/assistants.ts";
import { modelName } from "../protocol/models.ts";
import { modelOf, textsOf } from "./banter.ts";
import type { Fields } from "./values.ts";

/** Null where something in it is not as our own export writes it. */
export function assistantIn(fields: Fields, limits: AssistantLimits): Assistant | null {
  const { id, name, icon } = fields;
  if (!isId(id)) return null;
  const model = modelOf(fields["model"]);
  const { suggestions } = textsOf({ suggestions: fields["suggestions"] });
  const texts = { ...textsOf(fields["parameters"]), name, icon, suggestions };
  const read = readAssistant({ ...texts, model: model === null ? "" : modelName(model) }, limits);
  return "value" in read ? { id, ...read.value, isDefault: fields["isDefault"] === true } : null;
}
