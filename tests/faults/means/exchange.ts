/** Requests one by one, as proxies pass them on that know nothing of upgrades, or keep answers until they end. */
import { connect, type Socket } from "node:net";
import { createRequestReader, type Head } from "../../support/upstream-request.ts";

export type ExchangeOptions = {
  /** Of the server. */
  port: number;
  /** An answer is passed on when it is whole, however long that takes. */
  keepsAnswers: boolean;
  asked(head: Head): void;
};

/** Each on a connection of its own, after which the browser's is closed too. */
export function exchange(client: Socket, options: ExchangeOptions): void {
  const read = createRequestReader(
    (head) => {
      options.asked(head);
      passOn(client, head, options);
    },
    () => client.destroy(),
  );
  client.on("data", read);
  client.on("error", () => client.destroy());
}

function passOn(client: Socket, head: Head, { port, keepsAnswers }: ExchangeOptions): void {
  const server = connect({ port, host: "127.0.0.1" });
  const kept: Uint8Array[] = [];
  server.write(requestOf(head));
  server.on("data", (bytes: Buffer) => (keepsAnswers ? kept.push(bytes) : client.write(bytes)));
  server.on("end", () => client.end(Buffer.concat(kept)));
  server.on("error", () => client.destroy());
  client.on("close", () => server.destroy());
}

const hopByHop = ["upgrade", "connection", "transfer-encoding", "content-length"];

function requestOf({ method, path, headers, body }: Head): Buffer {
  const bytes = Buffer.from(body);
  const own = Object.entries(headers).filter(([name]) => !hopByHop.includes(name));
  const length = bytes.length > 0 ? [["content-length", String(bytes.length)]] : [];
  const lines = [...own, ...length, ["connection", "close"]].map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`), bytes]);
}
