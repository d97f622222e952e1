/** The pictures of the page for whoever looks after the server, with accounts that are written straight into its file. */
import { createSession } from "../../src/auth/session.ts";
import type { TestApp } from "../support/app.ts";
import { visit, type Chat } from "./open-chat.ts";
import type { Scene } from "./scenes-models.ts";

const env = {
  ...{ OAUTH_CLIENT_ID: "an-app", OPENID_PROVIDER_URL: "http://127.0.0.1:9", ADMINS: "@ann" },
  ...{ INFERENCE_URL: "", MODEL: "org/model" },
};

const dayMs = 86_400_000;

/** Ann is an admin and has a session, whose token is returned. */
function fillAccounts({ live }: TestApp): string {
  const db = live.file?.db;
  const nowMs = Date.now();
  const names = ["ann", "Bob-the-builder", "chloé", "d".repeat(60), "eve", null];
  const add = db?.prepare(
    "INSERT INTO accounts (id, subject, name, created_ms, seen_ms, blocked_ms) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const took = db?.prepare(
    "INSERT INTO model_usage VALUES (?, ?, 'huggingface', 'org/model', ?, ?, ?, ?, 0, 0)",
  );
  const today = new Date(nowMs).toISOString().slice(0, 10);
  for (const [n, name] of names.entries()) {
    const subject = name === null ? null : `64f1c0ffee${n}`.padEnd(24, "0");
    const blockedMs = name === "eve" ? nowMs - dayMs : null;
    add?.run(`account-${n}`, subject, name, nowMs - 90 * dayMs, nowMs - n * dayMs, blockedMs);
    if (n < 4) took?.run(`account-${n}`, today, 12 * n + 1, 31_000 * (n + 1), 9_400 * (n + 1), 0.043 * n);
  }
  const { token, tokenHash } = createSession();
  db?.run(
    "INSERT INTO sessions (token_hash, account, created_ms, seen_ms, signed_in_ms) VALUES (?, 'account-0', ?, ?, ?)",
    [tokenHash, nowMs, nowMs, nowMs],
  );
  return token;
}

const look = (more: (chat: Chat) => Promise<unknown> = async () => {}): Scene => ({
  env,
  async play(chat) {
    const { app, page } = chat;
    const name = `banter_${new URL(app.url).port}`;
    await page.cdp("Network.setCookie", { name, value: fillAccounts(app), url: app.url });
    await visit(page, `${app.url}/admin`);
    await more(chat);
  },
});

export const accountScenes: Record<string, Scene> = {
  accounts: look(),
  "accounts-block": look(({ page }) => page.click(".account__block summary")),
  "accounts-none": look(({ app, page }) => visit(page, `${app.url}/admin?q=nobody`)),
  "accounts-sessions": look(({ app, page }) => visit(page, `${app.url}/sessions`)),
  "accounts-link": look(({ app, page }) => visit(page, app.url)),
};
