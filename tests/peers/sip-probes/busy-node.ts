import { createSocket, type Socket } from 'node:dgram';
import { headersOf, readSip, writeSip } from '../tone-phone/sip-text.js';

/** A node that answers pings, and every call with 486 and its address: who called learns who got the call. */
export class BusyNode {
  /** `udp:127.0.0.1:5060` */
  readonly address: string;
  readonly #port: number;
  #socket: Socket | undefined;

  private constructor(socket: Socket) {
    this.#port = socket.address().port;
    this.address = `udp:127.0.0.1:${this.#port}`;
    this.#listen(socket);
  }

  static async start(): Promise<BusyNode> {
    return new BusyNode(await bound(0));
  }

  async die(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket) await new Promise<void>((resolve) => socket.close(() => resolve()));
  }

  async comeBack(): Promise<void> {
    this.#listen(await bound(this.#port));
  }

  #listen(socket: Socket): void {
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('message', (bytes, from) => {
      const request = readSip(bytes.toString());
      if (request?.method === undefined || request.method === 'ACK') return;
      const [status, reason] = request.method === 'OPTIONS' ? [200, 'OK'] : [486, 'Busy Here'];
      const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].flatMap((name) =>
        headersOf(request, name).map((value): [string, string] => [name, name === 'To' ? `${value};tag=busy` : value]),
      );
      const answer = { status, reason, headers: [...copied, ['Server', this.address] as [string, string]], body: '' };
      socket.send(writeSip(answer), from.port, from.address);
    });
  }
}

function bound(port: number): Promise<Socket> {
  const socket = createSocket('udp4');
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, '127.0.0.1', () => resolve(socket));
  });
}
