/** A proxy between browser and server that does what bad ones do: strips the upgrade, keeps answers until they end. */

export type Proxy = AsyncDisposable & { url: string; requests: string[]; upgrades: number };

export type ProxyOptions = {
  /** Of the server; may be told later, for the server wants to know the proxy's first. */
  target(): string;
  buffers: boolean;
};

/** Never passes an upgrade on. */
export function startProxy({ target, buffers }: ProxyOptions): Proxy {
  const requests: string[] = [];
  const seen = { upgrades: 0 };
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      requests.push(`${request.method} ${pathname}`);
      const headers = new Headers(request.headers);
      if (headers.has("upgrade")) seen.upgrades += 1;
      for (const name of ["upgrade", "connection"]) headers.delete(name);
      headers.set("accept-encoding", "identity");
      const answer = await fetch(`${target()}${pathname}${search}`, {
        method: request.method,
        headers,
        body: request.method === "POST" ? await request.arrayBuffer() : null,
        redirect: "manual",
        signal: request.signal,
      });
      const body = buffers ? await answer.arrayBuffer() : answer.body;
      return new Response(body, { status: answer.status, headers: answer.headers });
    },
  });
  return {
    url: `http://localhost:${server.port}`,
    requests,
    get upgrades() {
      return seen.upgrades;
    },
    async [Symbol.asyncDispose]() {
      await server.stop(true);
    },
  };
}
