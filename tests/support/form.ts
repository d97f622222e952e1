/** What a browser without JavaScript does: keeps a cookie, loads pages, posts forms. */

export type Visitor = {
  cookie: string;
  /** The page that gave the cookie. */
  html: string;
  /** Redirects are answered, not followed. */
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  post(op: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<Response>;
};

export async function visit(url: string, cookie?: string): Promise<Visitor> {
  const response = await fetch(url, { headers: cookie === undefined ? {} : { Cookie: cookie } });
  const html = await response.text();
  const own = cookie ?? response.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
  const ask = (path: string, init: RequestInit & { headers: Record<string, string> }) =>
    fetch(`${url}${path}`, { ...init, headers: { Cookie: own, ...init.headers }, redirect: "manual" });
  return {
    cookie: own,
    html,
    get: (path, headers = {}) => ask(path, { headers }),
    post: (op, fields, headers = {}) =>
      ask(`/ops/${op}`, {
        method: "POST",
        headers: { Origin: url, ...headers },
        body: new URLSearchParams(fields),
      }),
  };
}
