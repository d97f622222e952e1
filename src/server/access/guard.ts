/** What is refused before anything is looked at: foreign hosts and origins. */

export type GuardOptions = {
  host: string;
  /** Known once the server listens. */
  port(): number;
  /** Scheme, host and port; null where browsers come by HOST and PORT. */
  publicUrl: string | null;
  hosts: readonly string[];
};

export type Verdict = "ok" | "foreign_host" | { redirect: string };

export type Guard = {
  /** For pages: loopback's other names lead to `localhost`, so that a browser has one cookie. */
  host(request: Request): Verdict;
  /** For upgrades and POSTs: the page that asks is one of ours. */
  isOwnOrigin(request: Request): boolean;
};

export function createGuard({ host, port, publicUrl, hosts }: GuardOptions): Guard {
  const scheme = publicUrl?.startsWith("https:") ? "https" : "http";
  const publicHost = publicUrl === null ? null : new URL(publicUrl).host;
  const isLocal = isLoopback(host);
  const names = new Set([...loopbackNames, ...hosts]);

  // Port 80 is left out by browsers. An address can't be rebound to another server, a name can.
  const isKnown = (name: string) => {
    const bare = name.endsWith(`:${port()}`) ? name.slice(0, name.lastIndexOf(":")) : name;
    return name === publicHost || names.has(bare) || (!isLocal && isAddress(name));
  };

  return {
    host(request) {
      const name = hostOf(request);
      if (!isKnown(name)) return "foreign_host";
      const isOtherLoopback = loopbackNames.slice(1).some((other) => name === `${other}:${port()}`);
      if (publicUrl !== null || !isOtherLoopback || !isLocal) return "ok";
      const url = new URL(request.url);
      return { redirect: `http://localhost:${port()}${url.pathname}${url.search}` };
    },
    isOwnOrigin(request) {
      const name = hostOf(request);
      const site = request.headers.get("sec-fetch-site");
      if (site !== null && site !== "same-origin") return false;
      return isKnown(name) && request.headers.get("origin") === `${scheme}://${name}`;
    },
  };
}

export function isLoopback(host: string): boolean {
  return loopbackNames.includes(host) || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

const loopbackNames = ["localhost", "127.0.0.1", "[::1]"];

function hostOf(request: Request): string {
  return (request.headers.get("host") ?? "").toLowerCase();
}

function isAddress(host: string): boolean {
  return /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:.]+\])(:\d+)?$/.test(host);
}
