/** A program: the control of streaming, the least that brings a model's tokens to a browser with Bun's own parts. */
import { answerParent } from "./children.ts";

const upstreamUrl = process.env["INFERENCE_URL"] ?? "";

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch: (request, self) => (self.upgrade(request) ? undefined : new Response("hello")),
  websocket: { message: (socket, text) => void forward(socket, String(text)) },
});

answerParent({ url: () => `http://127.0.0.1:${server.port}` });

/** A frame for each token; an empty one at the end. */
async function forward(socket: { send(text: string): unknown }, text: string): Promise<void> {
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
      if (typeof content === "string") socket.send(content);
    }
  }
  socket.send("");
}
