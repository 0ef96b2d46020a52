import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';

interface Target {
  readonly host: string;
  readonly port: number;
}

/** Stands between a process and a server of it, so that a test takes the one from the other, as a server that is gone does: connections break, new ones are refused. */
export class TcpGate {
  readonly port: number;
  readonly #server: Server;
  readonly #target: Target;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #isCut = false;

  private constructor(server: Server, port: number, target: Target) {
    this.#server = server;
    this.port = port;
    this.#target = target;
    server.on('connection', (client) => this.#join(client));
  }

  /** A gate on a free port of 127.0.0.1 before that server. */
  static async before(target: Target): Promise<TcpGate> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TcpGate(server, (server.address() as { port: number }).port, target);
  }

  /** The address of a server with this gate in the place of host and port. */
  static async beforeUrl(url: string): Promise<{ readonly gate: TcpGate; readonly url: string }> {
    const there = new URL(url);
    const gate = await TcpGate.before({ host: there.hostname, port: Number(there.port) });
    there.hostname = '127.0.0.1';
    there.port = String(gate.port);
    return { gate, url: there.href };
  }

  cut(): void {
    this.#isCut = true;
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
  }

  open(): void {
    this.#isCut = false;
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(client: Socket): void {
    client.on('error', () => {});
    if (this.#isCut) {
      client.destroy();
      return;
    }
    const server = createConnection(this.#target);
    server.on('error', () => {});
    const pair = [client, server] as const;
    this.#pairs.add(pair);
    for (const [from, to] of [pair, [server, client]] as const) {
      from.on('data', (bytes) => void to.write(bytes));
      from.on('close', () => {
        this.#pairs.delete(pair);
        to.destroy();
      });
    }
  }
}
