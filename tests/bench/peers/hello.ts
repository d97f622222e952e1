/** The control of cold start and memory: the least that Bun can serve. */

Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.env["PORT"]),
  fetch: () => new Response("hello", { headers: { "Content-Type": "text/html; charset=utf-8" } }),
});
