/** Brings files to a server as a page's script does. */

export type Brought = { id: string; status: number; code: string; text: string; html: string };

export type BringOptions = {
  name?: string;
  id?: string;
  isTemporary?: boolean;
  headers?: Record<string, string>;
};

export async function bring(
  url: string,
  cookie: string,
  body: Bun.BodyInit,
  { name = "file", id = crypto.randomUUID(), isTemporary = false, headers = {} }: BringOptions = {},
): Promise<Brought> {
  const own = { Cookie: cookie, Origin: url, "Content-Type": "application/octet-stream" };
  const response = await fetch(`${url}/files/${id}${isTemporary ? "?temporary" : ""}`, {
    method: "POST",
    body,
    headers: { ...own, "X-File-Name": encodeURIComponent(name), ...headers },
  });
  const answer: unknown = await response.json();
  if (Array.isArray(answer)) {
    const [step] = answer as string[][];
    return { id, status: response.status, code: "", text: "", html: step?.[2] ?? "" };
  }
  const { code, text } = answer as { code: string; text: string };
  return { id, status: response.status, code, text, html: "" };
}
