/** GET /models: the picker as a page, as the sheet over a chat, or as its list alone. */
import type { ModelRef, Offer } from "../../domain.ts";
import { isId, racersMax } from "../../protocol.ts";
import { pickerView, type PickerView } from "../../render/models/picker.ts";
import type { ModelList, OnlyName, PickerQuery, SortName } from "../../render/models/rows.ts";
import { answering } from "../../render/views.ts";
import { wordsIn } from "../../words/words.ts";
import type { Viewer } from "../access/viewer.ts";
import { sheetResponse, type SheetParts } from "./sheet.ts";

/** Null where no conversation is told to choose for. */
export async function answerPicker(
  parts: SheetParts,
  viewer: Viewer,
  request: Request,
): Promise<Response | null> {
  const { searchParams } = new URL(request.url);
  const conversation = searchParams.get("conversation");
  if (!isId(conversation)) return null;
  const view = await viewOf(parts, viewer, conversation, searchParams);
  return sheetResponse(parts, request, viewer, "models", view);
}

async function viewOf(
  parts: SheetParts,
  { account, language }: Viewer,
  conversation: string,
  asked: URLSearchParams,
): Promise<PickerView> {
  const [told, marks, chosen] = await Promise.all([
    parts.catalogue.lists(),
    parts.store.models.marks(account),
    parts.store.models.of(account, conversation),
  ]);
  const message = asked.get("message");
  const current = answering(chosen, parts);
  const lists = withModels(told, [current, parts.model]);
  const query = queryIn(asked);
  const place = {
    conversation,
    message: isId(message) ? message : null,
    isContinued: asked.get("continue") === "1",
    rivals: asked.get("race") === "1" ? (chosen.rivals ?? []) : null,
    temporary: asked.has("temporary"),
  };
  return pickerView({
    ...parts,
    words: wordsIn(language),
    lists,
    marks,
    query,
    current,
    racersMax,
    ...place,
    nowMs: parts.now(),
  });
}

/** What answers now or by default can be chosen again, listed or not: a server may know it by another name. */
function withModels(lists: ModelList[], models: ModelRef[]): ModelList[] {
  return models.reduce((all, { endpoint, id }) => {
    return all.map((list) => {
      const bare = id.replace(/:[^:/]*$/, "");
      const isListed = list.models.some((each) => each.id === id || each.id === bare);
      if (list.endpoint !== endpoint || isListed) return list;
      return { ...list, models: [{ id, takesImages: null, offers: [untold] }, ...list.models] };
    });
  }, lists);
}

const untold: Offer = {
  provider: null,
  contextTokens: null,
  usdIn: null,
  usdOut: null,
  isFree: false,
  takesTools: null,
  firstTokenMs: null,
  tokensPerS: null,
};

/** What is not known in it is not asked for. */
function queryIn(asked: URLSearchParams): PickerQuery {
  const sort = asked.get("sort") ?? "";
  return {
    q: (asked.get("q") ?? "").slice(0, 200),
    sort: isSort(sort) ? sort : "",
    only: onlyNames.filter((name) => asked.get(name) === "1"),
  };
}

function isSort(name: string): name is SortName {
  return ["name", "in", "out", "context", "first", "speed"].includes(name);
}

const onlyNames: OnlyName[] = ["favourites", "free", "images", "tools", "long"];
