import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { freeUdpPorts } from './free-udp-ports.js';

interface Address {
  readonly host: string;
  readonly port: number;
}

/** From the phone, or to it. */
type Way = 'up' | 'down';

/** Packets of sound that came to the lossy stretch one way. */
export interface PathCount {
  came: number;
  lost: number;
}

/**
 * A stretch of network between one phone and the platform that loses packets of sound (RTP), every so many, each way for itself. SIP and RTCP pass; the ports of sound that
 * descriptions name become its own, so that sound comes through it, too. One call at a time.
 */
export class LossyPath {
  /** Where the phone sends its SIP. */
  readonly address: Address;
  /** From the phone, and to it. */
  readonly counts: Readonly<Record<Way, PathCount>> = {
    up: { came: 0, lost: 0 },
    down: { came: 0, lost: 0 },
  };
  readonly #server: Address;
  readonly #loseEvery: Readonly<Record<Way, number>>;
  readonly #sip: Socket;
  /** RTP and RTCP, towards the platform (`up`) and towards the phone (`down`). */
  readonly #sockets: Readonly<Record<Way, readonly [Socket, Socket]>>;
  #phone: Address | undefined;
  #phoneMedia = 0;
  #platformMedia = 0;

  private constructor(
    server: Address,
    loseEvery: Readonly<Record<Way, number>>,
    sip: Socket,
    sockets: Readonly<Record<Way, readonly [Socket, Socket]>>,
  ) {
    this.#server = server;
    this.#loseEvery = loseEvery;
    this.#sip = sip;
    this.#sockets = sockets;
    this.address = { host: '127.0.0.1', port: sip.address().port };
    sip.on('message', (bytes, from) => this.#signal(bytes, from));
    for (const rtcp of [0, 1] as const) {
      sockets.down[rtcp].on('message', (bytes) => this.#pass('up', bytes, rtcp));
      sockets.up[rtcp].on('message', (bytes) => this.#pass('down', bytes, rtcp));
    }
  }

  /** `loseEvery`: of so many packets that way the last one is lost. */
  static async open(server: Address, loseEvery: { readonly up: number; readonly down: number }): Promise<LossyPath> {
    const bound = (port: number) =>
      new Promise<Socket>((resolve, reject) => {
        const socket = createSocket('udp4');
        socket.once('error', reject);
        socket.bind(port, '127.0.0.1', () => resolve(socket));
      });
    const pair = async () => {
      const port = await freeUdpPorts(2);
      return [await bound(port), await bound(port + 1)] as const;
    };
    const [up, down] = [await pair(), await pair()];
    return new LossyPath(server, loseEvery, await bound(0), { up, down });
  }

  close(): void {
    for (const socket of [this.#sip, ...this.#sockets.up, ...this.#sockets.down]) socket.close();
  }

  #signal(bytes: Buffer, { address, port }: RemoteInfo): void {
    const fromPlatform = address === this.#server.host && port === this.#server.port;
    if (!fromPlatform) this.#phone = { host: address, port };
    const to = fromPlatform ? this.#phone : this.#server;
    const passed = this.#rewritten(bytes.toString('latin1'), fromPlatform);
    if (to) this.#sip.send(Buffer.from(passed, 'latin1'), to.port, to.host);
  }

  #rewritten(text: string, fromPlatform: boolean): string {
    const theirs = Number(/^m=audio (\d+) /m.exec(text)?.[1] ?? 0);
    if (theirs === 0) return text;
    if (fromPlatform) this.#platformMedia = theirs;
    else this.#phoneMedia = theirs;
    const [rtp] = this.#sockets[fromPlatform ? 'down' : 'up'];
    const ours = rtp.address().port;
    // So that the length of the body stays.
    if (String(ours).length !== String(theirs).length) throw new Error(`port ${theirs} is not as long as ${ours}`);
    return text
      .replace(/^m=audio \d+/gm, `m=audio ${ours}`)
      .replace(new RegExp(`^a=rtcp:${theirs + 1}\\b`, 'gm'), `a=rtcp:${ours + 1}`);
  }

  #pass(way: Way, bytes: Buffer, rtcp: 0 | 1): void {
    const port = way === 'up' ? this.#platformMedia : this.#phoneMedia;
    if (port === 0) return;
    if (rtcp === 0) {
      const count = this.counts[way];
      count.came += 1;
      if (count.came % this.#loseEvery[way] === 0) {
        count.lost += 1;
        return;
      }
    }
    this.#sockets[way][rtcp].send(bytes, port + rtcp, '127.0.0.1');
  }
}
