/** What ends TLS in front of a plain server, and does nothing else. */
import { connect } from "node:net";
import { createServer, type TLSSocket } from "node:tls";
import { makeCertificate } from "./certificate.ts";

export type TlsFront = AsyncDisposable & { url: string };

/** By this name, which only the tests' own browser finds; `target` is asked at each connection. */
export async function startTls(name: string, target: () => number): Promise<TlsFront> {
  const { certificate, key } = makeCertificate([name]);
  const open = new Set<TLSSocket>();
  const server = createServer({ cert: certificate, key }, (socket) => {
    const inner = connect(target(), "127.0.0.1");
    open.add(socket);
    socket.on("error", () => inner.destroy()).on("close", () => open.delete(socket) && inner.destroy());
    inner.on("error", () => socket.destroy()).on("close", () => socket.destroy());
    socket.pipe(inner).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `https://${name}:${address.port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
