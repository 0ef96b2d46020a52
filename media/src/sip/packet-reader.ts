import type { Flow } from './flow.js';
import { isReliable, isWebSocket } from './flow.js';
import { StreamFramer } from './parse/stream-framer.js';
import { SipSyntaxError, SipTooLargeError } from './sip-errors.js';
import type { SipLimits } from './sip-settings.js';

/** Whoever wants to know what came. */
interface PacketListener {
  message(bytes: Buffer, flow: Flow): void;
  /** Somebody asked whether we are there (RFC 5626 4.4.1, RFC 7118 6). */
  ping(flow: Flow): void;
  /** What came makes the connection of no more use. */
  broken(connectionId: string, why: string): void;
}

/** Sorts out what a packet holds: a datagram has one message, a connection several, parts of one, and keep-alives. */
export class PacketReader {
  readonly #limits: SipLimits;
  readonly #listener: PacketListener;
  readonly #framers = new Map<string, StreamFramer>();

  constructor(limits: SipLimits, listener: PacketListener) {
    this.#limits = limits;
    this.#listener = listener;
  }

  /** A datagram, or the next bytes of a connection. */
  read(bytes: Buffer, flow: Flow): void {
    if (!isReliable(flow.transport)) this.#listener.message(bytes, flow);
    else if (isWebSocket(flow.transport)) this.#frame(bytes, flow);
    else this.#stream(bytes, flow);
  }

  /** Forgets part messages of a connection. */
  closed(connectionId: string): void {
    this.#framers.delete(connectionId);
  }

  /** One message, or a keep-alive (RFC 7118 5, 6; RFC 5626 4.4.1). */
  #frame(bytes: Buffer, flow: Flow): void {
    if (bytes.length > 4 || bytes.some((byte) => byte !== 0x0d && byte !== 0x0a)) this.#listener.message(bytes, flow);
    else if (bytes.length === 4) this.#listener.ping(flow);
  }

  #stream(bytes: Buffer, flow: Flow): void {
    const connectionId = flow.connectionId ?? '';
    let framer = this.#framers.get(connectionId);
    if (!framer) this.#framers.set(connectionId, (framer = new StreamFramer(this.#limits)));
    try {
      const { messages, pings } = framer.push(bytes);
      for (let i = 0; i < pings; i++) this.#listener.ping(flow);
      for (const message of messages) this.#listener.message(message, flow);
    } catch (error) {
      if (!(error instanceof SipSyntaxError || error instanceof SipTooLargeError)) throw error;
      this.#framers.delete(connectionId);
      this.#listener.broken(connectionId, error.message);
    }
  }
}
