/** Who asks: the browser's session, read from its cookie. */
import { createSession, readSession, type Session } from "../../auth/session.ts";
import type { Store } from "../../store/store.ts";

export type Viewer = { account: string; tokenHash: string };

export type Viewers = {
  /** Null without a cookie of ours. */
  find(request: Request): Promise<Viewer | null>;
  /** For pages: a browser that has no session gets one, in the header to send. */
  welcome(request: Request): Promise<{ viewer: Viewer; setCookie: string | null }>;
};

export function createViewers(store: Store, options: { port(): number; isSecure: boolean }): Viewers {
  // Cookies ignore ports: two servers on one machine would take each other's.
  const cookieName = () => `${options.isSecure ? "__Host-" : ""}banter_${options.port()}`;
  const viewerOf = async (session: Session): Promise<Viewer> => {
    const account = (await store.sessions.find(session.tokenHash)) ?? session.account;
    return { account, tokenHash: session.tokenHash };
  };
  return {
    async find(request) {
      const session = sessionIn(request, cookieName());
      return session === null ? null : viewerOf(session);
    },
    async welcome(request) {
      const known = sessionIn(request, cookieName());
      if (known !== null) return { viewer: await viewerOf(known), setCookie: null };
      const session = createSession();
      const secure = options.isSecure ? "; Secure" : "";
      const setCookie = `${cookieName()}=${session.token}; Path=/; Max-Age=${yearS}; HttpOnly; SameSite=Lax${secure}`;
      return { viewer: await viewerOf(session), setCookie };
    },
  };
}

const yearS = 365 * 24 * 60 * 60;

function sessionIn(request: Request, name: string): Session | null {
  return readSession(new Bun.CookieMap(request.headers.get("cookie") ?? "").get(name));
}
