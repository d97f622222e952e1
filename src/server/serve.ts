/** The edge: one Bun server for pages, assets and sockets, kept through hot reloads. */
import { AppError } from "../errors.ts";
import type { SocketData } from "./connection.ts";
import { answer, createRoutes, type RouteParts, type SocketServer } from "./routes.ts";
import { closeSocket, openSocket, receive, type SocketParts } from "./socket.ts";

export type ServeOptions = {
  host: string;
  port: number;
  limits: {
    bodyBytesMax: number;
    importBytesMax: number;
    frameBytesMax: number;
    backpressureBytesMax: number;
    idleSocketS: number;
    idleRequestS: number;
  };
};

/** Listens, or gives the server that already does its new handlers. Throws AppError where it can't. */
export function serve(
  running: SocketServer | null,
  options: ServeOptions,
  routes: RouteParts,
  sockets: SocketParts,
): SocketServer {
  const { limits } = options;
  const table = Object.entries(createRoutes(routes)).map(([path, route]) => {
    return [
      path,
      (request: Request, server: SocketServer) => answer(routes, route, request, server),
    ] as const;
  });
  const handlers = {
    hostname: options.host,
    port: options.port,
    idleTimeout: limits.idleRequestS,
    // Forms and files keep to their own limits, and say so on a page; past this, Bun answers a bare 413.
    maxRequestBodySize: limits.importBytesMax + 64 * limits.bodyBytesMax,
    development: false,
    // `development: false` alone would have a second server share the port, unseen.
    reusePort: false,
    routes: Object.fromEntries(table),
    fetch: (request: Request, server: SocketServer) => answer(routes, null, request, server),
    websocket: {
      data: {} as SocketData,
      maxPayloadLength: limits.frameBytesMax,
      backpressureLimit: limits.backpressureBytesMax,
      closeOnBackpressureLimit: true,
      idleTimeout: limits.idleSocketS,
      sendPings: true,
      perMessageDeflate: false,
      open: (socket: Bun.ServerWebSocket<SocketData>) => openSocket(sockets, socket),
      close: (socket: Bun.ServerWebSocket<SocketData>, code: number) => closeSocket(sockets, socket, code),
      message: (socket: Bun.ServerWebSocket<SocketData>, message: string | Buffer) =>
        receive(sockets, socket, message),
    },
  };
  if (running === null) return listening(options, () => Bun.serve(handlers));
  running.reload(handlers);
  return running;
}

function listening({ host, port }: ServeOptions, listen: () => SocketServer): SocketServer {
  try {
    return listen();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === "EADDRINUSE") {
      throw new AppError("port.taken", `PORT ${port} is taken: stop what listens there, or set another.`, {
        cause: error,
      });
    }
    throw new AppError("port.unusable", `HOST ${host} can't be listened on at PORT ${port} (${code}).`, {
      cause: error,
    });
  }
}
