/** GET /models: the picker as a page, as the sheet over a chat, or as its list alone. */
import type { ModelRef } from "../../domain.ts";
import { isId } from "../../protocol.ts";
import { pickerView, type PickerView } from "../../render/models/picker.ts";
import type { ModelList, OnlyName, PickerQuery, SortName } from "../../render/models/rows.ts";
import type { Templates } from "../../render/templates.ts";
import { pillView } from "../../render/views.ts";
import type { Store } from "../../store/store.ts";
import type { Viewer } from "../access/viewer.ts";
import { htmlResponse } from "../answers.ts";

export type PickerParts = {
  store: Store;
  catalogue: { lists(): Promise<ModelList[]> };
  model: ModelRef;
  endpoints: readonly string[];
  templates(): Templates;
  now(): number;
  newId(): string;
};

/** Null where no conversation is told to choose for. */
export async function answerPicker(
  parts: PickerParts,
  viewer: Viewer,
  request: Request,
): Promise<Response | null> {
  const { searchParams } = new URL(request.url);
  const conversation = searchParams.get("conversation");
  if (!isId(conversation)) return null;
  const view = await viewOf(parts, viewer, conversation, searchParams);
  const part = partNames.get(searchParams.get("part") ?? "") ?? "models";
  return htmlResponse(request, parts.templates().render(part, view));
}

const partNames = new Map([
  ["sheet", "models-sheet"],
  ["list", "models-list"],
]);

async function viewOf(
  parts: PickerParts,
  { account }: Viewer,
  conversation: string,
  asked: URLSearchParams,
): Promise<PickerView> {
  const [lists, marks, chosen] = await Promise.all([
    parts.catalogue.lists(),
    parts.store.models.marks(account),
    parts.store.models.of(account, conversation),
  ]);
  const message = asked.get("message");
  const { value } = pillView(conversation, chosen.model, parts);
  const [endpoint = "", ...id] = value.split("/");
  const current = { endpoint, id: id.join("/") };
  const query = queryIn(asked);
  const place = { conversation, message: isId(message) ? message : null };
  return pickerView({ ...parts, lists, marks, query, current, ...place, nowMs: parts.now() });
}

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
