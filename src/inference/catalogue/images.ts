/** Whether a model takes images, by its endpoint's list. */
import type { ListedModel, ModelRef } from "../../domain.ts";

/** Null where nobody tells: then it is tried. */
export type TakesImages = (model: ModelRef) => boolean | null;

/** By what `find` knows of each; ELIZA was never shown any. */
export function takesImagesIn(find: (model: ModelRef) => ListedModel | null): TakesImages {
  return (model) => (model.endpoint === "demo" ? false : (find(model)?.takesImages ?? null));
}
