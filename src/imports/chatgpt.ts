/** A conversation of ChatGPT's `conversations.json`: a mapping of nodes, some of which are messages. */
import type { Part } from "../domain.ts";
import type { Imported } from "../store/takeaway/takeaway-store.ts";
import { foreign, type Reading } from "./foreign.ts";
import type { Sprout } from "./tree.ts";
import { fieldsOf, lineIn, textIn, timeIn, type Fields } from "./values.ts";

export function fromChatgpt(chat: Fields, reading: Reading): Imported | null {
  const model = lineIn(chat["default_model_slug"], modelChars);
  const sprouts = Object.entries(fieldsOf(chat["mapping"])).map(([key, node]) =>
    sproutOf(key, fieldsOf(node), model, reading),
  );
  const archived = chat["is_archived"] === true;
  return foreign(
    {
      source: "chatgpt",
      endpoint: "chatgpt",
      key: textIn(chat["conversation_id"]) || textIn(chat["id"]),
      title: chat["title"],
      createdMs: timeIn(chat["create_time"]),
      updatedMs: timeIn(chat["update_time"]),
      isArchived: archived,
      parameters: {},
      shown: textIn(chat["current_node"]) || null,
    },
    sprouts,
    reading,
  );
}

const modelChars = 200;

function sproutOf(key: string, node: Fields, model: string, reading: Reading): Sprout {
  const message = fieldsOf(node["message"]);
  const metadata = fieldsOf(message["metadata"]);
  const role = fieldsOf(message["author"])["role"];
  const parts = partsOf(message, metadata, role, reading);
  return {
    key,
    parent: textIn(node["parent"]) || null,
    // What a tool gave, such as a picture, is part of the reply.
    role: role === "user" ? "user" : role === "assistant" || role === "tool" ? "assistant" : null,
    parts,
    createdMs: timeIn(message["create_time"]),
    model: lineIn(metadata["model_slug"], modelChars) || model || "chatgpt",
    provider: null,
    isStopped: message["status"] === "in_progress",
  };
}

/** None of what a person did not get to see there: instructions, calls of tools, and what those told the model. */
function partsOf(message: Fields, metadata: Fields, role: unknown, { names }: Reading): Part[] {
  if (metadata["is_visually_hidden_from_conversation"] === true) return [];
  if (role === "assistant" && (message["recipient"] ?? "all") !== "all") return [];
  const content = fieldsOf(message["content"]);
  const list = Array.isArray(content["parts"]) ? (content["parts"] as unknown[]) : [];
  switch (content["content_type"]) {
    case "thoughts":
      return partOf("reasoning", thoughtsIn(content["thoughts"]));
    case "code":
      return role === "tool" ? [] : partOf("text", fenced(textIn(content["text"])));
    case "text":
      return role === "tool" ? [] : partOf("text", list.map(textIn).join("\n\n"));
    case "multimodal_text": {
      const texts = list.map((each) =>
        typeof each === "string" ? textIn(each) : placeFor(fieldsOf(each), names),
      );
      const isOfTool = role === "tool" && !texts.includes(names.image);
      return isOfTool ? [] : partOf("text", texts.filter((text) => text !== "").join("\n\n"));
    }
    default:
      return [];
  }
}

function partOf(type: Part["type"], text: string): Part[] {
  if (text.trim() === "") return [];
  return type === "reasoning" ? [{ type, text, durationMs: null }] : [{ type: "text", text }];
}

function thoughtsIn(value: unknown): string {
  const thoughts = Array.isArray(value) ? (value as unknown[]).map(fieldsOf) : [];
  return thoughts
    .map(({ summary, content }) =>
      [textIn(summary), textIn(content)].filter((text) => text !== "").join("\n\n"),
    )
    .join("\n\n");
}

/** A fence that no line of it closes. */
function fenced(code: string): string {
  let fence = "```";
  while (code.includes(fence)) fence += "`";
  return code.trim() === "" ? "" : `${fence}\n${code}\n${fence}`;
}

/** What is not text is in other files of theirs. */
function placeFor(part: Fields, names: Reading["names"]): string {
  const spoken = textIn(part["text"]);
  if (spoken !== "") return spoken;
  const type = textIn(part["content_type"]);
  if (type.includes("image")) return names.image;
  return type.includes("audio") || type.includes("video") ? names.recording : names.file;
}
