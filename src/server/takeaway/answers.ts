/** The page of one's data, and files to take along: written while they are read, so that they can be of any length. */
import { toJson } from "../../chat/takeaway/json.ts";
import { toMarkdown } from "../../chat/takeaway/markdown.ts";
import type { TakeawayParts } from "../../chat/takeaway/pages.ts";
import type { Assistant, Conversation } from "../../domain.ts";
import type { Log } from "../../log.ts";
import { takeawayView, type TakeawaySaid } from "../../render/views/takeaway.ts";
import { wordsIn, type Language } from "../../words/words.ts";
import type { Viewer } from "../access/viewer.ts";
import { htmlResponse, idInPath } from "../answers.ts";
import type { PageLook } from "../pages/faults.ts";

export type TakeawayAnswerParts = TakeawayParts & {
  pages: PageLook;
  log: Log;
  /** Null: nothing is deleted by itself. */
  retentionDays: number | null;
};

export type Format = "json" | "md";

export function answerTakeaway(parts: TakeawayAnswerParts, viewer: Viewer, request: Request): Response {
  return htmlResponse(request, takeawayPage(parts, viewer.language));
}

/** With what came of what was asked for there, if anything was. */
export function takeawayPage(
  { pages, retentionDays }: TakeawayAnswerParts,
  language: Language,
  outcome: Omit<TakeawaySaid, "retentionDays"> = {},
): string {
  return pages
    .templates(language)
    .render("takeaway", takeawayView(wordsIn(language), { retentionDays, ...outcome }));
}

/** All that is kept of somebody's chats, and their assistants; temporary and deleted chats aside. */
export async function answerExport(
  parts: TakeawayAnswerParts,
  viewer: Viewer,
  format: Format,
): Promise<Response> {
  const ids = await parts.store.takeaway.ids(viewer.account);
  const assistants = await parts.store.assistants.list(viewer.account);
  const name = `banter-${new Date(parts.now()).toISOString().slice(0, 10)}`;
  return fileResponse(parts, viewer, { ids, assistants, name }, format);
}

export async function answerExportOne(
  parts: TakeawayAnswerParts,
  viewer: Viewer,
  request: Request,
  format: Format,
): Promise<Response | null> {
  const id = idInPath(request);
  const conversation = id !== null ? await parts.store.conversations.find(viewer.account, id) : null;
  if (conversation === null) return null;
  const taken = { ids: [conversation.id], assistants: [], name: nameOf(conversation) };
  return fileResponse(parts, viewer, taken, format);
}

function fileResponse(
  parts: TakeawayAnswerParts,
  { account, language }: Viewer,
  { ids, assistants, name }: { ids: readonly string[]; assistants: readonly Assistant[]; name: string },
  format: Format,
): Response {
  const pieces =
    format === "json"
      ? toJson(parts, account, ids, assistants)
      : toMarkdown(parts, account, ids, wordsIn(language).message.you);
  const headers = {
    "Cache-Control": "no-store",
    "Content-Type": types[format],
    "Content-Disposition": `attachment; filename="banter.${format}"; filename*=UTF-8''${encoded(name)}.${format}`,
  };
  return new Response(streamOf(parts, pieces), { headers });
}

const types = { json: "application/json", md: "text/markdown; charset=utf-8" };

/** Of RFC 8187: what encodeURIComponent leaves as it is and a header may not have is encoded too. */
function encoded(name: string): string {
  return encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
}

function nameOf({ title }: Conversation): string {
  // What no file may be called by, on any system.
  const plain = title.toWellFormed().replace(/[\p{Cc}\p{Cf}\\/:*?"<>|]+/gu, " ");
  return plain.replace(/\s+/g, " ").slice(0, nameChars).toWellFormed().trim().replace(/^\.+/, "") || "banter";
}

const nameChars = 80;

/** As much as fits into a chunk each time the reader takes one; between two of them everybody else has a turn. */
function streamOf({ log }: TakeawayAnswerParts, pieces: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let isLeft = false;
  const next = async () => {
    let text = "";
    while (text.length < chunkChars) {
      const { value, done } = await pieces.next();
      if (done) return { text, isLast: true };
      text += value;
    }
    return { text, isLast: false };
  };
  return new ReadableStream({
    async pull(controller) {
      await Bun.sleep(0);
      try {
        const { text, isLast } = await next();
        if (isLeft) return;
        if (text !== "") controller.enqueue(encoder.encode(text));
        if (isLast) controller.close();
      } catch (error) {
        // The file ends in its middle, which a reader can tell from a whole one.
        log.error("export.failed", { error });
        controller.error(error);
      }
    },
    async cancel() {
      isLeft = true;
      await pieces.return(undefined);
    },
  });
}

const chunkChars = 64 * 1024;
