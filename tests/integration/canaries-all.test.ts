/** Secrets in a process of its own that does everything once, faults included: what it writes and answers is searched. */
import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { idsOfNobody, positionOf, routeAsks, type Ids } from "../support/asks.ts";
import { runCommand, startServer } from "../support/command.ts";
import { bring } from "../support/bring.ts";
import { share } from "../support/shares.ts";
import { messagesIn } from "../support/page.ts";
import { openTab } from "../support/tab.ts";
import { startUpstream } from "../support/upstream.ts";

const secrets = {
  key: "key-canary-71c0e2",
  otherKey: "key-canary-55aa90",
  token: "hf_tokencanary881",
  password: "PASSWORDCANARY a red bicycle",
};
const prompt = "PROMPTCANARY4471";
const file = { name: "NAMECANARY6620.txt", text: "FILECANARY1187" };
const system = "SYSTEMCANARY7702";

type Told = { where: string; text: string };

test("no secret is in what the program writes, and no prompt in a log, a fault, a probe or doctor [I4, S7]", async () => {
  const cwd = await mkdtemp(join(tmpdir(), "banter-canaries-"));
  let log = "";
  await using upstream = await startUpstream((request, reply) =>
    reply.json(400, { error: `bad key ${secrets.key} in ${request.body}` }),
  );
  const env = {
    INFERENCE_URL: upstream.url,
    INFERENCE_KEY: secrets.key,
    ENDPOINTS: "more=http://127.0.0.1:9/v1",
    ENDPOINT_KEY_MORE: secrets.otherKey,
    MODEL: "test-model",
    PASSWORD: secrets.password,
    SYSTEM_PROMPT: system,
    LOG_LEVEL: "debug",
  };
  const server = await startServer({ cwd, env, hear: (text) => (log += text) });
  const session = await useAll(server.url);
  const pages = await visitAll(server.url, session);
  const outside = await tellOutside(cwd, server.url, env);
  expect(await server.end()).toBe(0);
  expect(log).toContain("signin.refused");
  expect(log).toContain("upstream.call");
  const sessionToken = session.cookie.split("=")[1] ?? "";
  const everywhere = [...pages, ...outside, { where: "log", text: log }];
  // Where its owner finds a link again is the one place for its secret.
  const elsewhere = everywhere.filter(({ where }) => !where.startsWith("/shares"));
  expect(elsewhere.filter(({ text }) => text.includes(session.link)).map(({ where }) => where)).toEqual([]);
  for (const [name, secret] of Object.entries({ ...secrets, sessionToken })) {
    expect([name, everywhere.filter(({ text }) => text.includes(secret)).map(({ where }) => where)]).toEqual([
      name,
      [],
    ]);
  }
  for (const words of [prompt, system, file.name, file.text]) {
    const found = [...outside, { where: "log", text: log }].filter(({ text }) => text.includes(words));
    expect(found.map(({ where }) => where)).toEqual([]);
  }
  await rm(cwd, { recursive: true });
}, 60_000);

type Session = { cookie: string; ids: Ids; version: string; link: string };

/** Signs in, wrongly first; chats with a file, and fails at it; shares that, and reads by the link. */
async function useAll(url: string): Promise<Session> {
  const enter = (password: string) =>
    fetch(`${url}/signin`, {
      method: "POST",
      headers: { Origin: url },
      body: new URLSearchParams({ password, next: "/" }),
      redirect: "manual",
    });
  await enter(`${secrets.password}!`);
  const cookie = (await enter(secrets.password)).headers.get("set-cookie")?.split(";", 1)[0] ?? "";
  const tab = await openTab(url, { cookie });
  const { conversation, version } = tab.position;
  const brought = await bring(url, cookie, file.text, { name: file.name });
  const message = tab.ask({
    ...{ op: "message.send", conversation, parent: null },
    ...{ text: `Tell me, ${prompt}`, files: brought.id as never },
  });
  await tab.answered(message);
  await tab.ended();
  const html = await (
    await fetch(`${url}/conversations/${conversation}`, { headers: { Cookie: cookie } })
  ).text();
  const [reply = ""] = messagesIn(html, "assistant");
  tab.raw(`{"op": "${secrets.password}`);
  await tab.until(() => tab.frames.some((frame) => frame.type === "error"));
  tab.drop();
  const { path } = await share({ url }, cookie, { conversation, leaf: reply });
  // By a method that there is none for, too.
  for (const method of ["GET", "PUT"]) await fetch(`${url}${path}`, { method });
  const link = path.slice("/s/".length);
  return { cookie, ids: { ...idsOfNobody(), conversation, message, reply }, version, link };
}

/** Each route, as its owner and as nobody. */
async function visitAll(url: string, { cookie, ids, version }: Session): Promise<Told[]> {
  const told: Told[] = [];
  for (const Cookie of [cookie, ""]) {
    for (const path of Object.values(routeAsks).flatMap(({ get }) => get?.(ids, prompt) ?? [])) {
      const answer = await fetch(`${url}${path}`, { headers: { Cookie }, redirect: "manual" });
      // The page's own cookie is the one place for a session.
      const headers = JSON.stringify([...answer.headers].filter(([name]) => name !== "set-cookie"));
      told.push({ where: path, text: headers + (await answer.text()) });
    }
  }
  const polled = await fetch(`${url}/poll?now`, {
    method: "POST",
    headers: { Origin: url, Cookie: cookie, "Content-Type": "application/json" },
    body: JSON.stringify(positionOf(ids, version)),
  });
  return [...told, { where: "/poll", text: await polled.text() }];
}

/** Probes, error pages, doctor, help, and what is said of settings that are wrong. */
async function tellOutside(cwd: string, url: string, env: Record<string, string>): Promise<Told[]> {
  const told: Told[] = [];
  for (const path of ["/metrics", "/healthz", "/readyz", `/none?q=${prompt}`]) {
    told.push({ where: path, text: await (await fetch(`${url}${path}`)).text() });
  }
  // Right, it would be tried where it belongs.
  const wrong = {
    ...env,
    HF_TOKEN: `${secrets.token} `,
    PASSWORD: ` ${secrets.password}`,
    INFERENCE_KEY: `"${secrets.key}"`,
  };
  const port = new URL(url).port;
  for (const [args, its] of [
    [["doctor"], { ...env, PORT: port }],
    [["doctor", "--json"], { ...env, PORT: "0" }],
    [["doctor"], wrong],
    [["serve"], wrong],
    [["serve"], { ...env, PORT: port }],
    [["backup", "copy.db"], env],
    [["--help"], env],
  ] as const) {
    const { out, err } = await runCommand([...args], { cwd, env: { ...its } });
    told.push({ where: args.join(" "), text: out + err });
  }
  return told;
}
