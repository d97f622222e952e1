/** Behind nginx with TLS, by the lines of deploy/README.md: names, cookies, addresses and what people bring. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { LIMITS } from "../../src/config/limits.ts";
import { blockIn, changed } from "../support/deploy.ts";
import { nginx, startBehindNginx, type Place } from "../support/nginx.ts";
import { chatgptChat, said } from "../support/takeaway.ts";

// Other tests may run beside these.
setDefaultTimeout(60_000);

const open = { ANONYMOUS: "yes" };
const behindNginx = test.skipIf(nginx === null);

behindNginx("by the public name one gets a cookie of https alone, and by another name nothing", async () => {
  await using place = await startBehindNginx({ env: { ...open, HSTS_DAYS: "365", HOSTS: "also.test" } });
  const page = await place.ask("/");
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('id="text"');
  expect(page.headers.get("strict-transport-security")).toBe("max-age=31536000");
  const { port } = place.app.live.server ?? {};
  expect(page.headers.get("set-cookie")).toMatch(
    new RegExp(
      `^__Host-banter_${port}=[\\w-]{43}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax; Secure$`,
    ),
  );
  for (const Host of ["evil.example", `evil.example:${new URL(place.url).port}`, "chat.test"])
    expect([Host, (await place.ask("/", { headers: { Host } })).status]).toEqual([Host, 421]);
  expect((await place.ask("/", { headers: { Host: "also.test" } })).status).toBe(200);
  // It may be on this machine: to whoever comes by the proxy, metrics are told nothing all the same.
  expect((await place.ask("/metrics")).status).toBe(403);
});

behindNginx("by README's line for it the metrics are told to one machine, and to no other", async () => {
  const readme = await Bun.file(join(import.meta.dir, "../../README.md")).text();
  const [line = ""] = /location \/metrics \{[^`]*\}/.exec(readme) ?? [];
  for (const [other, status] of [
    ["127.0.0.1", 200],
    ["10.0.0.5", 403],
  ] as const) {
    const located = changed(line, { "10.0.0.5": other });
    const lines = { "location / {": `${located}\nlocation / {` };
    await using place = await startBehindNginx({ env: open, lines });
    const answer = await place.ask("/metrics");
    expect([other, answer.status]).toEqual([other, status]);
    expect((await answer.text()).includes("banter_")).toBe(status === 200);
  }
});

for (const [TRUST_PROXY, address] of [
  ["1", "127.0.0.1"],
  ["0", null],
] as const) {
  behindNginx(`with TRUST_PROXY=${TRUST_PROXY} a wrong password is counted for ${address}`, async () => {
    await using place = await startBehindNginx({ env: { PASSWORD: "a red bicycle", TRUST_PROXY } });
    const body = new URLSearchParams({ password: "a blue one", next: "/" });
    const headers = { Origin: place.url, "X-Forwarded-For": "203.0.113.9" };
    expect((await place.ask("/signin", { method: "POST", headers, body })).status).toBe(403);
    const line = place.app.logged.find((each) => each.includes("signin.refused")) ?? "{}";
    // Never what somebody in front of nginx claims.
    expect(JSON.parse(line)).toMatchObject({ address });
  });
}

behindNginx("what may be sent comes through, and nginx keeps out no less than it has to", async () => {
  await using place = await startBehindNginx({ env: open });
  const headers = { Origin: place.url, Cookie: await cookieOf(place) };
  // The largest file that may be, of which nothing but its length is looked at before it is refused.
  const brought = await place.ask(`/files/${crypto.randomUUID()}`, {
    method: "POST",
    headers: { ...headers, "Content-Type": "application/octet-stream", "X-File-Name": "large" },
    body: new Uint8Array(LIMITS.fileBytesMax),
  });
  expect([brought.status, await brought.json()]).toEqual([
    422,
    expect.objectContaining({ code: "bad_file" }),
  ]);
  const form = new FormData();
  const chats = Array.from({ length: 3 }, (_, n) => chat(`Chat ${n}`, 1_000_000));
  form.set("file", new Blob([JSON.stringify(chats)]), "conversations.json");
  const imported = await place.ask("/import", { method: "POST", headers, body: form });
  expect([imported.status, (await imported.text()).includes("3 chats were brought in.")]).toEqual([
    200,
    true,
  ]);
  const [, megabytes] = /client_max_body_size (\d+)m;/.exec(await blockIn("nginx")) ?? [];
  expect(Number(megabytes) * 2 ** 20).toBe(LIMITS.importBytesMax);
});

behindNginx("a file that is still on its way is read already: it lies nowhere between", async () => {
  await using place = await startBehindNginx({ env: open });
  const cookie = await cookieOf(place);
  const held = Promise.withResolvers<void>();
  const chunk = (text: string) => new TextEncoder().encode(text);
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      controller.enqueue(chunk(`[${JSON.stringify(chat("First", 200_000))},`));
      await held.promise;
      controller.enqueue(chunk(`${JSON.stringify(chat("Second", 100))}]`));
      controller.close();
    },
  });
  const headers = { Origin: place.url, Cookie: cookie, "Content-Type": "application/json" };
  const answered = place.ask("/import", { method: "POST", headers, body });
  const first = () => place.app.live.file?.db.query("SELECT 1 FROM conversations").get() ?? null;
  while (first() === null) await Bun.sleep(5);
  held.resolve();
  expect(await (await answered).text()).toContain("2 chats were brought in.");
});

async function cookieOf(place: Place): Promise<string> {
  const page = await place.ask("/");
  return page.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
}

function chat(title: string, letters: number) {
  return chatgptChat(title, [{ key: "q", message: said("user", "word ".repeat(letters / 5)) }]);
}
