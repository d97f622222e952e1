/** Views of the pages about who one is: the door, and one's sessions. */
import { fill } from "../../words/fill.ts";
import type { Words } from "../../words/words.ts";
import type { PageHead } from "../views.ts";

export type SignInView = PageHead & {
  /** Where it leads to. */
  next: string;
  trouble: string | null;
};

export type SessionView = {
  id: string;
  agent: string;
  /** ISO 8601, and in words. */
  seenAt: string;
  seen: string;
  isCurrent: boolean;
};

export type SessionsView = PageHead & {
  /** How a provider names who looks at them; null where there is none. */
  known: string | null;
  sessions: SessionView[];
  canEnd: boolean;
};

type Person = { subject: string | null; name: string | null };

export function signInView(said: { next: string; trouble: string | null }, words: Words): SignInView {
  return { ...head(words.signin.title), ...said };
}

/** `rows` are the account's own; `current` is the hash of the session that looks at them. */
export function sessionsView(
  rows: { tokenHash: string; agent: string | null; seenMs: number }[],
  current: string,
  canEnd: boolean,
  words: Words,
  person: Person | null = null,
): SessionsView {
  const sessions = rows.map(({ tokenHash, agent, seenMs }) => {
    const seenAt = new Date(seenMs).toISOString();
    const seen = `${seenAt.slice(0, 10)} ${seenAt.slice(11, 16)} UTC`;
    return {
      id: tokenHash,
      agent: agent ?? words.sessions.browser,
      seenAt,
      seen,
      isCurrent: tokenHash === current,
    };
  });
  return { ...head(words.sessions.title), known: knownAs(person, words), sessions, canEnd };
}

function knownAs(person: Person | null, words: Words): string | null {
  if (person?.subject == null) return null;
  const { subject, name } = person;
  return fill(words.sessions.known, { name: name ?? words.accounts.noName, subject }, words);
}

/** The page that leads to a provider. */
export type ProviderView = PageHead & {
  next: string;
  text: string;
  trouble: string | null;
  /** Providers don't let themselves be framed: then the way to them begins in a tab of its own. */
  isFramed: boolean;
};

export function providerView(
  next: string,
  trouble: keyof Words["oauth"]["troubles"] | null,
  { pays, isFramed }: { pays: boolean; isFramed: boolean },
  words: Words,
): ProviderView {
  const said = trouble === null ? null : words.oauth.troubles[trouble];
  const text = pays ? words.oauth.paid : words.oauth.text;
  return { ...head(words.signin.title), next: encodeURIComponent(next), text, trouble: said, isFramed };
}

/** `isSignIn`: the token comes by signing in, and can't be given here. */
export type TokenView = PageHead & {
  text: string;
  isKept: boolean;
  isSignIn: boolean;
  trouble: string | null;
};

/** `sinceMs`: when it was given; null where there is none. */
export function tokenView(
  sinceMs: number | null,
  trouble: string | null,
  isSignIn: boolean,
  words: Words,
): TokenView {
  const { title, kept, none } = isSignIn ? words.oauth.token : words.token;
  const date = sinceMs === null ? "" : new Date(sinceMs).toISOString().slice(0, 10);
  const isKept = sinceMs !== null;
  return { ...head(title), text: isKept ? fill(kept, { date }, words) : none, isKept, isSignIn, trouble };
}

function head(heading: string): PageHead {
  return { title: `${heading} · Banter`, scripted: false, refreshes: false, heading };
}
