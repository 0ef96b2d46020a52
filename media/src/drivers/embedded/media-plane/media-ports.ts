import { NoMediaPortError } from '../../../port/engine-errors.js';
import type { MediaNetwork, MediaSocket } from './media-network.js';
import type { PortPool } from './port-pool.js';

/** Prepared pairs leave at least this part of the range for legs. */
const shareOfRange = 16;

/** Who owns a pair of ports, and takes what arrives there. */
export interface PortsOwner {
  onRtp(bytes: Uint8Array, address: string, port: number): void;
  onRtcp(bytes: Uint8Array, address: string): void;
  onSocketError(code: string): void;
}

/** A pair of ports that is bound, RTP on an even one and RTCP on the next. While nobody owns it, what arrives there goes nowhere. */
export interface BoundPorts {
  readonly port: number;
  readonly rtp: MediaSocket;
  readonly rtcp: MediaSocket;
  owner: PortsOwner | undefined;
}

/** Binds pairs of ports: for a leg that asks, and ahead of legs that will. */
export class MediaPorts {
  readonly #network: MediaNetwork;
  readonly #pool: PortPool;
  /** Those bound ahead, by address and RTP port. */
  readonly #prepared = new Map<string, BoundPorts>();
  #generation = 0;

  constructor(network: MediaNetwork, pool: PortPool) {
    this.#network = network;
    this.#pool = pool;
  }

  /** Binds a pair. @throws NoMediaPortError where none is free */
  async bind(address: string): Promise<BoundPorts> {
    for (let tried = 0; tried < this.#pool.size; tried++) {
      const port = this.#pool.take();
      if (port === undefined) break;
      let ports: BoundPorts | undefined;
      try {
        ports = await this.#bindPair(address, port);
      } finally {
        if (!ports) this.#pool.release(port);
      }
      if (ports) return ports;
    }
    throw new NoMediaPortError();
  }

  /** Binds up to `count` pairs ahead. Their RTP ports: fewer where the range is small, or full. */
  async prepare(address: string, count: number): Promise<readonly number[]> {
    const room = Math.floor(this.#pool.size / shareOfRange) - this.#prepared.size;
    const generation = this.#generation;
    const made: number[] = [];
    try {
      while (made.length < Math.min(count, room)) {
        const ports = await this.bind(address);
        if (generation !== this.#generation) {
          this.release(ports);
          return [];
        }
        this.#prepared.set(keyOf(address, ports.port), ports);
        made.push(ports.port);
      }
    } catch {
      // Who opens the next leg is told why.
    }
    return made;
  }

  /** One that was prepared, and is the caller's from now on. @throws NoMediaPortError where it is not there */
  claim(address: string, port: number): BoundPorts {
    const key = keyOf(address, port);
    const ports = this.#prepared.get(key);
    if (!ports) throw new NoMediaPortError();
    this.#prepared.delete(key);
    return ports;
  }

  /** Closes a pair. */
  release(ports: BoundPorts): void {
    ports.owner = undefined;
    ports.rtp.close();
    ports.rtcp.close();
    this.#pool.release(ports.port);
  }

  /** Closes one that was prepared, where nobody has claimed it. */
  releasePrepared(address: string, port: number): void {
    if (this.#prepared.has(keyOf(address, port))) this.release(this.claim(address, port));
  }

  /** Closes what was prepared and never claimed; what is being prepared, too. */
  releaseAllPrepared(): void {
    this.#generation++;
    for (const ports of this.#prepared.values()) this.release(ports);
    this.#prepared.clear();
  }

  /** Undefined where another program holds one of the two. */
  async #bindPair(address: string, port: number): Promise<BoundPorts | undefined> {
    let ports: BoundPorts | undefined;
    const bound: MediaSocket[] = [];
    const onError = (code: string) => ports?.owner?.onSocketError(code);
    try {
      const rtp = await this.#network.bind(address, port, {
        onDatagram: (bytes, source, sourcePort) => ports?.owner?.onRtp(bytes, source, sourcePort),
        onError,
      });
      bound.push(rtp);
      const rtcp = await this.#network.bind(address, port + 1, {
        onDatagram: (bytes, source) => ports?.owner?.onRtcp(bytes, source),
        onError,
      });
      ports = { port, rtp, rtcp, owner: undefined };
      return ports;
    } catch (error) {
      for (const socket of bound) socket.close();
      if ((error as { code?: unknown }).code === 'EADDRINUSE') return undefined;
      throw error;
    }
  }
}

function keyOf(address: string, port: number): string {
  return `${address} ${port}`;
}
