/** Who asks: the browser's session, read from its cookie; and what makes one and ends it. */
import { agentName } from "../../auth/agent.ts";
import { createSession, readSession, type Session } from "../../auth/session.ts";
import type { Clock } from "../../clock.ts";
import type { Person } from "../../store/people/people-store.ts";
import type { SessionRow, Store } from "../../store/store.ts";
import type { Language } from "../../words/words.ts";
import { languageCookie, languageOf } from "./language.ts";

export type Viewer = { account: string; tokenHash: string; language: Language };

/** What tells a session from others. */
type Known = Pick<Viewer, "account" | "tokenHash">;

/** Whom a provider told of. */
export type Newcomer = { account: string; person: Person };

/** With the header that makes the session last, where it is new. */
export type Welcome = { viewer: Viewer; setCookie: string | null };

export type Viewers = {
  /** Whether one has to sign in before anything else. */
  readonly asks: boolean;
  /** Null without a cookie of ours, or without having signed in where that is asked. */
  find(request: Request): Promise<Viewer | null>;
  /** Whom a session lets in by now; null where it is over. */
  accountOf(session: Known): Promise<string | null>;
  /** For pages: a browser that has no session gets one, in the header to send; null where it has to sign in. */
  welcome(request: Request): Promise<Welcome | null>;
  /** A new session, of who has come or else of the account before; returns the header to send. */
  signIn(request: Request, who?: Newcomer): Promise<string>;
  /** What the browser keeps of a way to a provider and back; null takes it away. Returns the header to send. */
  keepAttempt(kept: string | null): string;
  attemptIn(request: Request): string | null;
  /** The header that takes the cookie away. */
  forget(): string;
  /** The header that keeps a choice of language. */
  speak(language: Language): string;
};

export type ViewerOptions = {
  store: Store;
  clock: Clock;
  port(): number;
  isSecure: boolean;
  /** In frames of other sites, browsers send a cookie only where it says that it may be; each site has its own. */
  isFramed: boolean;
  asks: boolean;
  /** A session that was signed in and not seen for so long is none any more. */
  limits: { sessionIdleMs: number; sessionSeenMs: number; attemptS: number };
};

export function createViewers(options: ViewerOptions): Viewers {
  const { store, clock, limits, asks } = options;
  // Cookies ignore ports: two servers on one machine would take each other's.
  const cookieName = () => `${options.isSecure ? "__Host-" : ""}banter_${options.port()}`;
  const attemptName = () => `${cookieName()}_signin`;
  const cookie = (value: string, ageS: number, name = cookieName()) => {
    const secure = options.isSecure ? "; Secure" : "";
    const where = options.isFramed ? "; SameSite=None; Partitioned" : "; SameSite=Lax";
    return `${name}=${value}; Path=/; Max-Age=${ageS}; HttpOnly${where}${secure}`;
  };
  const sessionIn = (request: Request): Session | null =>
    readSession(new Bun.CookieMap(request.headers.get("cookie") ?? "").get(cookieName()));
  const isSignedIn = (row: SessionRow | null) =>
    row !== null && row.signedInMs !== null && clock.now() - row.seenMs < limits.sessionIdleMs;

  async function accountOf({ account, tokenHash }: Known): Promise<string | null> {
    const row = await store.sessions.find(tokenHash);
    if (asks && !isSignedIn(row)) return null;
    // A cookie of an account that was deleted, of which something is still being taken away.
    if (row === null && (await store.accounts.isEnded(account))) return null;
    if (row !== null && clock.now() - row.seenMs >= limits.sessionSeenMs) {
      await store.sessions.see(tokenHash, clock.now());
    }
    return row?.account ?? account;
  }

  async function viewerOf(request: Request, session: Session): Promise<Viewer | null> {
    const account = await accountOf(session);
    const { tokenHash } = session;
    return account === null ? null : { account, tokenHash, language: languageOf(request) };
  }

  return {
    asks,
    accountOf,
    async find(request) {
      const session = sessionIn(request);
      return session === null ? null : viewerOf(request, session);
    },
    async welcome(request) {
      const known = sessionIn(request);
      const viewer = known && (await viewerOf(request, known));
      if (viewer !== null) return { viewer, setCookie: null };
      // Nothing is kept of a new one yet.
      if (asks) return null;
      const { token, ...session } = createSession();
      return { viewer: { ...session, language: languageOf(request) }, setCookie: cookie(token, yearS) };
    },
    async signIn(request, who) {
      const before = sessionIn(request);
      const row = before === null ? null : await store.sessions.find(before.tokenHash);
      const session = createSession();
      await store.sessions.signIn({
        account: who?.account ?? row?.account ?? session.account,
        person: who?.person ?? null,
        tokenHash: session.tokenHash,
        agent: agentName(request.headers.get("user-agent")),
        replaces: row?.tokenHash ?? null,
        nowMs: clock.now(),
      });
      return cookie(session.token, yearS);
    },
    keepAttempt: (kept) => cookie(kept ?? "", kept === null ? 0 : limits.attemptS, attemptName()),
    attemptIn: (request) => new Bun.CookieMap(request.headers.get("cookie") ?? "").get(attemptName()) ?? null,
    forget: () => cookie("", 0),
    speak: (language) => cookie(language, yearS, languageCookie),
  };
}

const yearS = 365 * 24 * 60 * 60;
