/** Links to a branch, as their owner makes them and others read by them. */
import type { Frame } from "../../src/protocol.ts";
import type { TestApp } from "./app.ts";

/** Wherever it runs. */
type Site = Pick<TestApp, "url">;

export type Link = { id: string; path: string };

export type Wanted = { conversation: string; leaf: string; until?: string; live?: boolean; id?: string };

export async function postShares(
  app: Site,
  cookie: string,
  fields: Record<string, string>,
  origin = app.url,
): Promise<Response> {
  const body = new URLSearchParams(fields);
  const headers = { Cookie: cookie, Origin: origin };
  return fetch(`${app.url}/shares`, { method: "POST", headers, body, redirect: "manual" });
}

export function fieldsFor({ live = false, until = "week", id, ...wanted }: Wanted): Record<string, string> {
  return { id: id ?? crypto.randomUUID(), until, ...wanted, ...(live ? { live: "on" } : {}) };
}

/** Throws where no link came of it. */
export async function share(app: Site, cookie: string, wanted: Wanted): Promise<Link> {
  const fields = fieldsFor(wanted);
  const made = await postShares(app, cookie, fields);
  const html = await (await fetch(`${app.url}/shares`, { headers: { Cookie: cookie } })).text();
  const [row = ""] = html.split("<li ").filter((each) => each.includes(fields["id"] ?? ""));
  const [, path] = /href="[^"]*(\/s\/[\w-]{43})"/.exec(row) ?? [];
  if (made.status !== 303 || path === undefined) throw new Error(`no link: ${made.status}`);
  return { id: fields["id"] ?? "", path };
}

/** What somebody without a cookie is answered. */
export async function read(app: Site, path: string): Promise<Response> {
  return fetch(`${app.url}${path}`, { redirect: "manual", headers: { "Accept-Encoding": "identity" } });
}

export type Reading = {
  frames: Frame[];
  /** Resolves with the first frame that fits; rejects where the line ends before. */
  until(fits: (frame: Frame) => boolean): Promise<Frame>;
  /** Resolves when the server has ended it. */
  ended: Promise<void>;
  leave(): void;
};

/** Follows by a link, from what its page shows, or from `position`. */
export async function follow(app: Site, path: string, html: string, origin = app.url): Promise<Reading> {
  const leaving = new AbortController();
  const response = await fetch(`${app.url}${path}/stream`, {
    method: "POST",
    headers: { Origin: origin, "Content-Type": "application/json" },
    body: JSON.stringify(positionIn(html)),
    signal: leaving.signal,
  });
  if (!response.ok) throw new Error(`no stream: ${response.status}`);
  const frames: Frame[] = [];
  let isOver = false;
  let wake = Promise.withResolvers<void>();
  const listen = async () => {
    let rest = "";
    for await (const chunk of response.body ?? []) {
      const lines = (rest + Buffer.from(chunk).toString()).split("\n\n");
      rest = lines.pop() ?? "";
      for (const line of lines) frames.push(JSON.parse(line.slice("data: ".length)) as Frame);
      wake.resolve();
      wake = Promise.withResolvers();
    }
  };
  const ended = listen()
    .catch(() => {})
    .finally(() => {
      isOver = true;
      wake.resolve();
    });
  return {
    frames,
    ended,
    async until(fits) {
      for (;;) {
        const found = frames.find(fits);
        if (found !== undefined) return found;
        if (isOver) throw new Error(`it ended after ${JSON.stringify(frames)}`);
        await wake.promise;
      }
    },
    leave: () => leaving.abort(),
  };
}

/** As src/client/shared/main.ts reads it, before any of it is there. */
function positionIn(html: string) {
  const attribute = (name: string, text = html) => new RegExp(`data-${name}="([^"]*)"`).exec(text)?.[1] ?? "";
  const foot = html.split("<footer").find((each) => each.includes("data-running")) ?? "";
  return { version: attribute("version"), language: "en", blocks: 0, seq: 0, key: attribute("key", foot) };
}
