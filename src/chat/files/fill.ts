/** Puts files into what a model is asked: texts among the words, pictures beside them. */
import type { FilePart } from "../../domain.ts";
import type { ChatMessage, ChatRequest } from "../../inference/provider.ts";
import type { FileStore } from "../../store/files/file-store.ts";
import { fence } from "./fence.ts";

/** What is asked, before its files have been read. */
export type PromptMessage = ChatMessage & { files?: FilePart[] };

export type UnreadRequest = Omit<ChatRequest, "messages"> & { messages: PromptMessage[] };

type Read = FileStore["read"];

/** At once where there is nothing to read. */
export function fillIn(
  read: Read,
  owner: string,
  request: UnreadRequest,
): ChatRequest | Promise<ChatRequest> {
  if (request.messages.every(({ files = [] }) => files.length === 0)) return request;
  return fillAll(read, owner, request);
}

/** One after the other: each is a read of the one file of data. */
async function fillAll(read: Read, owner: string, request: UnreadRequest): Promise<ChatRequest> {
  const messages: ChatMessage[] = [];
  for (const message of request.messages) messages.push(await fill(read, owner, message));
  return { ...request, messages };
}

async function fill(
  read: Read,
  owner: string,
  { files = [], ...message }: PromptMessage,
): Promise<ChatMessage> {
  const texts: string[] = [];
  const images: string[] = [];
  for (const file of files) {
    const found = await read(owner, file.file);
    // Its message was deleted after this was begun.
    if (found === null) continue;
    const bytes = Buffer.from(found.bytes.buffer, found.bytes.byteOffset, found.bytes.length);
    if (file.type === "file") texts.push(fenced(file.name, bytes.toString()));
    else images.push(`data:${found.type};base64,${bytes.toString("base64")}`);
  }
  const content = [...texts, message.content].filter((each) => each !== "").join("\n\n");
  return { ...message, content, ...(images.length === 0 ? {} : { images }) };
}

function fenced(name: string, text: string): string {
  return `File ${JSON.stringify(name)}:\n${fence(text)}`;
}
