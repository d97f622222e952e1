/** A chat as Node's community builds it: fastify, ws and the client library. */
import { fileURLToPath } from "node:url";
import view from "@fastify/view";
import { InferenceClient } from "@huggingface/inference";
import fastify from "fastify";
import handlebars from "handlebars";
import { WebSocketServer } from "ws";

const conversations = Array.from({ length: 10 }, (_, id) => ({ id, title: `Conversation ${id}` }));
const client = new InferenceClient("", { endpointUrl: process.env.INFERENCE_URL });

const app = fastify();
app.register(view, {
  engine: { handlebars },
  root: fileURLToPath(new URL(".", import.meta.url)),
  production: true,
});
app.get("/", (_, reply) => reply.view("chat.hbs", { title: "New chat", conversations, messages: [] }));
await app.listen({ host: "127.0.0.1", port: Number(process.env.PORT) });

const sockets = new WebSocketServer({ server: app.server, path: "/socket", perMessageDeflate: false });
sockets.on("connection", (socket) => {
  socket.on("message", (text) => answer(socket, String(text)).catch(() => socket.close(1011)));
});

async function answer(socket, text) {
  const messages = [{ role: "user", content: text }];
  for await (const chunk of client.chatCompletionStream({ model: "m", messages })) {
    const content = chunk.choices[0]?.delta.content;
    if (content) socket.send(content);
  }
  socket.send("");
}
