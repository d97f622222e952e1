/** Styles, browser code and icons: named by their content, compressed as asked, and nothing else beside them. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { startApp, type TestApp } from "../support/app.ts";
import { visit, type Visitor } from "../support/form.ts";

let app: TestApp;
let visitor: Visitor;
/** As the page names them. */
let names: string[];

beforeAll(async () => {
  app = await startApp();
  visitor = await visit(app.url);
  names = [...visitor.html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map((match) => match[1] ?? "");
});
afterAll(() => app[Symbol.asyncDispose]());

/** Without the client's own unpacking. */
function ask(path: string, headers: Record<string, string>): Promise<Response> {
  return fetch(`${app.url}${path}`, { headers, decompress: false });
}

test("each asset is named by its content and kept for a year", async () => {
  expect(names.length).toBe(5);
  for (const name of names) {
    expect(name).toMatch(/^\/assets\/[a-z-]+-[0-9a-z]{10}\.(css|js|svg|png|webmanifest)$/);
    const response = await ask(name, {});
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(response.headers.get("vary")).toBe("Accept-Encoding");
    expect(response.headers.get("content-type")).toMatch(
      /^(text\/(css|javascript)|image\/(svg\+xml|png)|application\/manifest\+json)/,
    );
    expect(response.headers.get("set-cookie")).toBeNull();
  }
});

const wishes: [accepted: string, encoding: string | null][] = [
  ["br, gzip", "br"],
  ["gzip, deflate, br, zstd", "br"],
  ["gzip", "gzip"],
  ["GZIP;q=0.5", "gzip"],
  ["br;q=0, gzip", "gzip"],
  ["br;q=0.0,gzip;q=0.000", null],
  ["br; q=0 , gzip; q=1", "gzip"],
  ["identity", null],
  ["deflate, zstd", null],
  ["brotli, xgzip", null],
  ["", null],
];

test("an asset is sent in the smallest encoding that is asked for, and unpacks to the same", async () => {
  const name = names.find((each) => each.endsWith(".css")) ?? "";
  const plain = await (await ask(name, { "Accept-Encoding": "identity" })).text();
  expect(plain.length).toBeGreaterThan(1000);
  for (const [accepted, encoding] of wishes) {
    const response = await ask(name, { "Accept-Encoding": accepted });
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect([accepted, response.headers.get("content-encoding")]).toEqual([accepted, encoding]);
    expect(Number(response.headers.get("content-length"))).toBe(bytes.length);
    const unpacked =
      encoding === "br" ? brotliDecompressSync(bytes) : encoding === "gzip" ? gunzipSync(bytes) : bytes;
    expect(new TextDecoder().decode(unpacked)).toBe(plain);
    if (encoding !== null) expect(bytes.length).toBeLessThan(plain.length / 2);
  }
});

test("an asset that the browser has is not sent again, and each encoding has a tag of its own", async () => {
  for (const name of names) {
    const tags = new Set<string>();
    for (const encoding of ["br", "gzip", "identity"]) {
      const headers = { "Accept-Encoding": encoding };
      const tag = (await ask(name, headers)).headers.get("etag") ?? "";
      expect(tag).toMatch(/^"[^"]+"$/);
      tags.add(`${encoding} ${tag}`);
      for (const seen of [tag, `W/${tag}`, `"other", ${tag}`]) {
        const unchanged = await ask(name, { ...headers, "If-None-Match": seen });
        expect([unchanged.status, await unchanged.text(), unchanged.headers.get("etag")]).toEqual([
          304,
          "",
          tag,
        ]);
        expect(unchanged.headers.get("cache-control")).toContain("immutable");
        expect(unchanged.headers.get("vary")).toBe("Accept-Encoding");
      }
      expect((await ask(name, { ...headers, "If-None-Match": '"other"' })).status).toBe(200);
    }
    expect(tags.size).toBe(3);
  }
});

test("a path beside the assets leads nowhere, however it is written (I6)", async () => {
  const name = names[0] ?? "";
  const paths = [
    "/assets/../package.json",
    "/assets/..%2fpackage.json",
    "/assets/%2e%2e/%2e%2e/etc/passwd",
    "/assets/....//package.json",
    "/assets/..%5c..%5cpackage.json",
    `${name}%00`,
    `${name}/`,
    `${name}/../${name.slice("/assets/".length)}x`,
    `/assets//${name}`,
    "/assets/app.css",
    "/assets/app-0000000000.css",
    "/assets/.env",
    "/.env",
    "/static/app.css",
    "/templates/chat.hbs",
    "/assets/__proto__",
    "/assets/constructor",
  ];
  for (const path of paths) {
    // The client would resolve dots, so this goes out as it is written.
    const response = await rawGet(path);
    expect([path, /^HTTP\/1\.1 (\d+)/.exec(response)?.[1]]).toEqual([path, "404"]);
    expect(response).toContain("There is no such page");
  }
});

test("the page and its styles and code name no other host (S3)", async () => {
  const texts = [visitor.html];
  for (const name of names) texts.push(await (await fetch(`${app.url}${name}`)).text());
  expect(texts.length).toBe(6);
  const [page = "", ...assets] = texts;
  for (const [, source = ""] of page.matchAll(/(?:src|href|action|srcset|poster|data)="([^"]*)"/g)) {
    // Links for people to follow are no requests.
    if (!source.startsWith("https://huggingface.co/")) expect(source).toMatch(/^[/#](?!\/)/);
  }
  for (const tag of page.matchAll(/<(?:script|link|img|iframe|source|video|audio|object|embed)\b[^>]*>/g)) {
    expect(tag[0]).not.toContain("https:");
  }
  expect(page).not.toMatch(/<style|\sstyle="|\son\w+="|<script(?![^>]*\ssrc=)/);
  for (const text of assets) {
    expect(text.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(
      /https?:\/\/(?!\$)|@import|\/\/[a-z]+\.[a-z]/,
    );
    expect(text).not.toMatch(/url\((?!["']?(?:data:|\/assets\/|#))/);
    expect(text).not.toContain("sourceMappingURL");
  }
});

async function rawGet(path: string): Promise<string> {
  const { port } = new URL(app.url);
  const answer = Promise.withResolvers<string>();
  let text = "";
  await Bun.connect({
    hostname: "127.0.0.1",
    port: Number(port),
    socket: {
      open: (socket) =>
        void socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\n\r\n`),
      data: (_, data) => void (text += data.toString()),
      close: () => answer.resolve(text),
      error: (_, error) => answer.reject(error),
    },
  });
  return answer.promise;
}
