import { once } from "node:events";
import WebSocket from "ws";

const PROTOCOL = "graphql-transport-ws";
export const INIT = { type: "connection_init" };
export const subscribe = (id: string, query = "{ viewer { kind } }") => ({
  id,
  type: "subscribe",
  payload: { query },
});

/** A client that keeps to nothing: it sends what it is told to, and tells what came. */
export interface Client {
  send(...messages: (object | string | Buffer)[]): void;
  /** All messages of these types, once there are so many. */
  next(count: number, ...types: string[]): Promise<any[]>;
  /** The code that the server has closed the connection with. */
  readonly closed: Promise<number>;
  end(): void;
}

export async function connect(url: string): Promise<Client> {
  const socket = new WebSocket(`${url.replace(/^http/, "ws")}/graphql`, PROTOCOL);
  const messages: any[] = [];
  socket.on("message", (data) => messages.push(JSON.parse(String(data))));
  // What the server thinks of the connection shows by how it closes it.
  socket.on("error", () => {});
  const closed = once(socket, "close").then(([code]) => code as number);
  await once(socket, "open");
  return {
    closed,
    send(...sent) {
      for (const each of sent) {
        socket.send(typeof each === "string" || Buffer.isBuffer(each) ? each : JSON.stringify(each));
      }
    },
    async next(count, ...types) {
      const matching = () => messages.filter(({ type }) => types.includes(type));
      while (matching().length < count && socket.readyState === WebSocket.OPEN) {
        await Promise.race([once(socket, "message"), closed]);
      }
      return matching();
    },
    end: () => socket.terminate(),
  };
}

/** A client that has said who it is. */
export async function open(url: string, params: Record<string, unknown> = {}): Promise<Client> {
  const client = await connect(url);
  client.send({ ...INIT, payload: params });
  await client.next(1, "connection_ack");
  return client;
}
