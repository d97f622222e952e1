/** Who is let in where browsers come by another name than this machine's own. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { startApp } from "../support/app.ts";

// Other tests may run beside these.
setDefaultTimeout(20_000);

const form = { id: "", conversation: "", parent: "", text: "Hello" };

function post(url: string, headers: Record<string, string>): Promise<Response> {
  const ids = { id: crypto.randomUUID(), conversation: crypto.randomUUID() };
  const body = new URLSearchParams({ ...form, ...ids });
  return fetch(`${url}/ops/message.send`, { method: "POST", headers, body, redirect: "manual" });
}

test("behind https the cookie is __Host- and Secure, and only the public origin may act", async () => {
  await using app = await startApp({ env: { PUBLIC_URL: "https://chat.example.org", ANONYMOUS: "yes" } });
  expect(app.url).toBe("https://chat.example.org");
  const { port } = app.live.server ?? {};
  const local = `http://127.0.0.1:${port}`;
  const Host = "chat.example.org";
  const page = await fetch(local, { headers: { Host } });
  expect(page.status).toBe(200);
  const setCookie = page.headers.get("set-cookie") ?? "";
  const name = `__Host-banter_${port}`;
  expect(setCookie).toMatch(new RegExp(`^${name}=[\\w-]{43}; Path=/; `));
  expect(setCookie.split("; ").slice(1).toSorted()).toEqual(
    ["HttpOnly", "Max-Age=31536000", "Path=/", "SameSite=Lax", "Secure"].toSorted(),
  );
  const Cookie = setCookie.split(";", 1)[0] ?? "";
  expect((await post(local, { Host, Cookie, Origin: "https://chat.example.org" })).status).toBe(303);
  for (const Origin of ["http://chat.example.org", `https://chat.example.org:${port}`, local, "null"]) {
    expect([Origin, (await post(local, { Host, Cookie, Origin })).status]).toEqual([Origin, 403]);
  }
  expect((await fetch(local, { headers: { Host: "example.org" } })).status).toBe(421);
});

test("an address of the local network is answered where HOST and ANONYMOUS say so", async () => {
  await using app = await startApp({ env: { HOST: "0.0.0.0", ANONYMOUS: "yes" } });
  const local = `http://127.0.0.1:${app.live.server?.port}`;
  const Host = `192.168.1.5:${app.live.server?.port}`;
  const page = await fetch(local, { headers: { Host } });
  expect(page.status).toBe(200);
  const Cookie = page.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
  expect(page.headers.get("set-cookie")).not.toContain("Secure");
  expect((await post(local, { Host, Cookie, Origin: `http://${Host}` })).status).toBe(303);
  expect((await post(local, { Host, Cookie, Origin: "http://192.168.1.5" })).status).toBe(403);
  // A name could be rebound to this address by whoever owns it.
  expect((await fetch(local, { headers: { Host: "printer.lan" } })).status).toBe(421);
});

test("a cookie of http is not taken behind https, nor one of another port", async () => {
  await using app = await startApp();
  const { port } = new URL(app.url);
  const token = "A".repeat(43);
  const cookieFor = async (Cookie: string) =>
    (await fetch(app.url, { headers: { Cookie } })).headers.get("set-cookie") === null;
  expect(await cookieFor(`banter_${port}=${token}`)).toBe(true);
  expect(await cookieFor(`banter_1=${token}`)).toBe(false);
  expect(await cookieFor(`__Host-banter_${port}=${token}`)).toBe(false);
});

test("where it may be framed, the policy names who may, and the cookie is one for frames [I13]", async () => {
  const env = {
    PUBLIC_URL: "https://chat.example.org",
    ANONYMOUS: "yes",
    FRAME_ANCESTORS: "https://intranet.example.org",
    HSTS_DAYS: "30",
  };
  await using app = await startApp({ env });
  const page = await fetch(`http://127.0.0.1:${app.live.server?.port}`, {
    headers: { Host: "chat.example.org" },
  });
  expect(page.headers.get("content-security-policy")).toEndWith(
    "; frame-ancestors https://intranet.example.org",
  );
  expect(page.headers.get("strict-transport-security")).toBe("max-age=2592000");
  expect(page.headers.get("set-cookie")?.split("; ").slice(2)).toEqual([
    "Max-Age=31536000",
    "HttpOnly",
    "SameSite=None",
    "Partitioned",
    "Secure",
  ]);
});
