/** A program: Bun's server and the client library, each delta to the browser as it comes. */
import { InferenceClient } from "@huggingface/inference";
import { chatPage } from "./page.ts";

const client = new InferenceClient("", { endpointUrl: process.env["INFERENCE_URL"] ?? "" });

Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.env["PORT"]),
  fetch: (request, self) => (self.upgrade(request) ? undefined : chatPage()),
  websocket: {
    message(socket, text) {
      forward(socket, String(text)).catch(() => socket.close(1011));
    },
  },
});

/** A frame for each token; an empty one at the end. */
async function forward(socket: { send(text: string): unknown }, text: string): Promise<void> {
  const messages = [{ role: "user", content: text }];
  for await (const chunk of client.chatCompletionStream({ model: "m", messages })) {
    const content = chunk.choices[0]?.delta.content;
    if (content) socket.send(content);
  }
  socket.send("");
}
