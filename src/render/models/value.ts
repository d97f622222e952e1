/** A model as ops and forms name it; `readModel` in protocol/models.ts reads it. */
import type { ModelRef } from "../../domain.ts";

export function modelValue({ endpoint, id }: ModelRef): string {
  return `${endpoint}/${id}`;
}
