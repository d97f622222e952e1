/** What the pages share that can also be laid over a chat: the picker, the parameters, what replies took. */
import type { ModelRef } from "../../domain.ts";
import type { ModelList } from "../../render/models/rows.ts";
import type { Templates } from "../../render/templates.ts";
import type { Store } from "../../store/store.ts";
import type { Language } from "../../words/words.ts";
import type { Viewer } from "../access/viewer.ts";
import type { BudgetReader } from "./budget.ts";
import { htmlResponse } from "../answers.ts";

export type SheetParts = {
  store: Store;
  budget: BudgetReader;
  catalogue: { lists(): Promise<ModelList[]> };
  /** Answers where nobody has chosen; the endpoints are those there are. */
  model: ModelRef;
  endpoints: readonly string[];
  settings: {
    systemPrompt: string | null;
    temperature: number;
    maxTokens: number;
    ownTokens: boolean;
    oauth: { pays: boolean } | null;
  };
  /** It has failed often of late, and is not asked first. */
  isResting(endpoint: string, provider: string): boolean;
  templates(language: Language): Templates;
  now(): number;
  newId(): string;
};

/** The whole page called `name`, or the part of it that is asked for. */
export function sheetResponse(
  { templates }: SheetParts,
  request: Request,
  { language }: Viewer,
  name: string,
  view: object,
): Response {
  const part = new URL(request.url).searchParams.get("part");
  const suffix = part === "sheet" || (part === "list" && name === "models") ? `-${part}` : "";
  return htmlResponse(request, templates(language).render(name + suffix, view));
}
