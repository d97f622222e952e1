/** A program: streams tokens over TLS, by HTTP/1.1 on one port and by HTTP/2 on another, until it is told to end. */
import http2 from "node:http2";
import { answerParent } from "../children.ts";
import { makeCertificate } from "../../support/certificate.ts";

const { certificate: cert, key } = makeCertificate(["localhost"]);
const token = Buffer.from(
  `data: {"id":"chat","object":"chat.completion.chunk","created":1764000000,"model":"org/model","choices":[{"index":0,"delta":{"content":" water"},"finish_reason":null}]}\n\n`,
);
const sinks = new Set<(bytes: Buffer) => void>();
let perSecond = 50;
let timer: ReturnType<typeof setTimeout> | undefined;

const first = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  tls: { cert, key },
  idleTimeout: 0,
  fetch: () => {
    let sink: (bytes: Buffer) => void = () => {};
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        sink = (bytes) => controller.enqueue(bytes);
        sinks.add(sink);
        // Its head goes with its first bytes.
        sink(Buffer.from(": here\n\n"));
      },
      cancel: () => void sinks.delete(sink),
    });
    return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
  },
});

const second = http2.createSecureServer({ cert, key });
second.on("stream", (stream: http2.ServerHttp2Stream) => {
  stream.respond({ ":status": 200, "content-type": "text/event-stream" });
  const sink = (bytes: Buffer) => void stream.write(bytes);
  sinks.add(sink);
  stream.on("close", () => sinks.delete(sink));
  stream.on("error", () => sinks.delete(sink));
});
await new Promise<void>((resolve) => second.listen(0, "127.0.0.1", () => resolve()));

/** Not all at once: each has its own place in the interval. */
function beat(): void {
  const beats = 10;
  let at = 0;
  timer = setInterval(
    () => {
      let number = 0;
      for (const sink of sinks) if (number++ % beats === at % beats) sink(token);
      at += 1;
    },
    1000 / perSecond / beats,
  );
}

answerParent({
  place: () => {
    const address = second.address();
    const port2 = typeof address === "object" ? address?.port : 0;
    return { first: `https://localhost:${first.port}/`, second: `https://localhost:${port2}/`, cert };
  },
  go: (pace: number) => {
    clearInterval(timer);
    perSecond = pace;
    beat();
    return null;
  },
  tokenBytes: () => token.length,
});
