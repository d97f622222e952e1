/** A program: the least that brings a model's tokens to a browser with Bun's own parts: each delta as it comes. */
import { chatPage } from "./page.ts";

const upstreamUrl = process.env["INFERENCE_URL"] ?? "";

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.env["PORT"]),
  fetch: (request, self) => (self.upgrade(request) ? undefined : chatPage()),
  websocket: {
    message(socket, message) {
      const text = String(message);
      if (text === "Watch") return void socket.subscribe("watchers");
      const isShared = text.startsWith("Share ");
      const send = isShared
        ? (frame: string) => server.publish("watchers", frame)
        : (frame: string) => socket.send(frame);
      if (isShared) socket.subscribe("watchers");
      forward(text, send).catch(() => socket.close(1011));
    },
  },
});

/** A frame for each token; an empty one at the end. */
async function forward(text: string, send: (frame: string) => unknown): Promise<void> {
  const body = JSON.stringify({ model: "m", stream: true, messages: [{ role: "user", content: text }] });
  const response = await fetch(`${upstreamUrl}/chat/completions`, { method: "POST", body });
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of response.body ?? []) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (!line.startsWith("data: {")) continue;
      const content: unknown = JSON.parse(line.slice("data: ".length)).choices[0]?.delta.content;
      if (typeof content === "string") send(content);
    }
  }
  send("");
}
