/** A conversation of HuggingChat's `conversations.json`, or of its export of one. */
import type { ChatParameters, Part } from "../domain.ts";
import { parametersMax } from "../protocol/models.ts";
import type { Imported } from "../store/takeaway/takeaway-store.ts";
import { foreign, type Reading } from "./foreign.ts";
import type { Sprout } from "./tree.ts";
import { fieldsOf, lineIn, textIn, timeIn, type Fields } from "./values.ts";

export function fromHuggingchat(chat: Fields, reading: Reading): Imported | null {
  const list = (Array.isArray(chat["messages"]) ? (chat["messages"] as unknown[]) : []).map(fieldsOf);
  const model = lineIn(chat["model"], modelChars) || "huggingchat";
  const keys = list.map((message, index) => textIn(message["id"]) || `number ${index}`);
  const sprouts = list.map((message, index) => {
    return sproutOf(message, keys[index] ?? "", keys[index - 1] ?? null, model, reading);
  });
  const id = chat["_id"] ?? chat["id"];
  return foreign(
    {
      source: "huggingchat",
      endpoint: "huggingface",
      key: textIn(id) || textIn(fieldsOf(id)["$oid"]),
      title: chat["title"],
      createdMs: timeIn(chat["createdAt"]),
      updatedMs: timeIn(chat["updatedAt"]),
      isArchived: false,
      parameters: parametersOf(chat),
      shown: keys.at(-1) ?? null,
    },
    sprouts,
    reading,
  );
}

const modelChars = 200;

/** Older ones are a list, each message below the one before. */
function sproutOf(
  message: Fields,
  key: string,
  before: string | null,
  model: string,
  { names }: Reading,
): Sprout {
  const { from, ancestors } = message;
  const router = fieldsOf(message["routerMetadata"]);
  return {
    key,
    parent: Array.isArray(ancestors) ? textIn(ancestors.at(-1)) || null : before,
    // The system prompt stands first; here it is the chat's, not a message.
    role: from === "user" || from === "assistant" ? from : null,
    parts: partsOf(message, names),
    createdMs: timeIn(message["createdAt"]),
    model: lineIn(router["model"], modelChars) || model,
    provider: lineIn(router["provider"], modelChars) || null,
    isStopped: message["interrupted"] === true,
  };
}

function partsOf(message: Fields, names: Reading["names"]): Part[] {
  const reasoning = textIn(message["reasoning"]);
  const thoughts: Part[] =
    reasoning.trim() === "" ? [] : [{ type: "reasoning", text: reasoning, durationMs: null }];
  const files = Array.isArray(message["files"]) ? (message["files"] as unknown[]) : [];
  const places = files.map((file) => {
    const mime = textIn(fieldsOf(file)["mime"]);
    const name = textIn(fieldsOf(file)["name"]) || textIn(file);
    return mime.startsWith("image/") || /\.(png|jpe?g|webp|gif|avif|svg)$/i.test(name)
      ? names.image
      : names.file;
  });
  const text = [textIn(message["content"]), ...places].filter((each) => each.trim() !== "").join("\n\n");
  return text === "" ? thoughts : [...thoughts, { type: "text", text }];
}

function parametersOf(chat: Fields): ChatParameters {
  const systemPrompt = textIn(chat["preprompt"]);
  const isFit = systemPrompt.trim() !== "" && systemPrompt.length <= parametersMax.systemPrompt;
  return isFit ? { systemPrompt } : {};
}
