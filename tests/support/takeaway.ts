/** Files to bring in: as a form sends them, and conversations as other programs write them. */

export type BroughtIn = { status: number; html: string };

/** What a browser without JavaScript does with a file. */
export async function bringIn(
  app: { url: string },
  { cookie }: { cookie: string },
  file: string | Blob,
): Promise<BroughtIn> {
  const body = new FormData();
  body.set("file", typeof file === "string" ? new Blob([file]) : file, "conversations.json");
  const headers = { Cookie: cookie, Origin: app.url };
  const response = await fetch(`${app.url}/import`, { method: "POST", headers, body });
  return { status: response.status, html: await response.text() };
}

type Node = { id: string; parent: string | null; message: unknown };

/** A chat of ChatGPT's: each of its nodes below the one before, but where it names another. */
export function chatgptChat(
  title: string,
  nodes: { key: string; under?: string; message: unknown }[],
  more: Record<string, unknown> = {},
) {
  const mapping: Record<string, Node> = { root: { id: "root", parent: null, message: null } };
  let before = "root";
  for (const { key, under, message } of nodes) {
    mapping[key] = { id: key, parent: under ?? before, message };
    before = key;
  }
  const id = `chat of ${title}`;
  const times = { create_time: 1_700_000_000.5, update_time: 1_700_000_100 };
  return { title, conversation_id: id, ...times, mapping, current_node: before, ...more };
}

export function said(role: string, content: unknown, more: Record<string, unknown> = {}) {
  const written = typeof content === "string" ? { content_type: "text", parts: [content] } : content;
  return { author: { role }, create_time: 1_700_000_010, content: written, ...more };
}

/** A chat of HuggingChat's. */
export function huggingchatChat(title: string, messages: Record<string, unknown>[], more = {}) {
  const createdAt = "2024-05-01T10:00:00.000Z";
  return {
    _id: `id of ${title}`,
    title,
    model: "org/model",
    createdAt,
    updatedAt: createdAt,
    messages,
    ...more,
  };
}
