import { isIP } from 'node:net';
import type { Logger } from '@hookswitch/kernel/logger';
import type { SipNetwork, SipSocket, TlsIdentity } from '../../../net/sip-network.js';
import { ListenError } from '../../../port/engine-errors.js';
import { type Flow, type SipTarget, type Transport, targetOfFlow } from '../../../sip/flow.js';
import { PacketReader } from '../../../sip/packet-reader.js';
import { hostPortText } from '../../../sip/parse/uri.js';
import { defaultSipLimits } from '../../../sip/sip-settings.js';

/** Where the front listens. */
export interface FrontListen {
  readonly transport: 'udp' | 'tcp' | 'tls';
  /** IP address without brackets. */
  readonly address: string;
  /** 0 for any free port. */
  readonly port: number;
  /** TLS only, and needed there. */
  readonly tls?: TlsIdentity;
}

export interface FrontSocketsParts {
  readonly network: SipNetwork;
  /** One for each transport; UDP, by which FreeSWITCH is reached, is among them. */
  readonly listen: readonly FrontListen[];
  /** The host that peers should use for it. Default: where it listens. */
  readonly advertisedHost?: string | undefined;
  readonly logger: Logger;
  message(bytes: Buffer, flow: Flow): void;
  connectionClosed(connectionId: string): void;
  /** The very target that was to be sent to. */
  sendFailed(target: SipTarget): void;
}

/** A place of ours, as peers by that transport know it. */
export interface OwnPlace {
  readonly transport: Transport;
  readonly host: string;
  readonly port: number;
}

/** The sockets of the front: whole messages in, messages out. */
export class FrontSockets {
  readonly #parts: FrontSocketsParts;
  readonly #reader: PacketReader;
  readonly #sockets = new Map<Transport, SipSocket>();
  readonly #places = new Map<Transport, OwnPlace>();

  constructor(parts: FrontSocketsParts) {
    this.#parts = parts;
    this.#reader = new PacketReader(defaultSipLimits, {
      message: (bytes, flow) => parts.message(bytes, flow),
      ping: (flow) => this.#sockets.get(flow.transport)?.send(targetOfFlow(flow), Buffer.from('\r\n')),
      broken: (connectionId) => {
        for (const socket of this.#sockets.values()) socket.closeConnection(connectionId);
      },
    });
  }

  /** Opens every listener, or none: rejects with `ListenError` for the first that fails. */
  async open(): Promise<void> {
    const { network, listen, advertisedHost } = this.#parts;
    for (const each of listen) {
      const { transport, address } = each;
      const socket = await network.listen(each, this.#receiver).catch(async (error: unknown) => {
        await this.close();
        throw new ListenError(`${transport}:${hostPortText(address, each.port)}`, error);
      });
      this.#sockets.set(transport, socket);
      this.#places.set(transport, { transport, host: advertisedHost ?? address, port: socket.port });
    }
  }

  async close(): Promise<void> {
    const all = [...this.#sockets.values()];
    this.#sockets.clear();
    await Promise.all(all.map((socket) => socket.close()));
  }

  /** Every place of ours, in the order in which they were asked for. */
  get places(): readonly OwnPlace[] {
    return [...this.#places.values()];
  }

  /** Ours for that transport; undefined where it is not listened on: then nothing can be sent by it. */
  place(transport: Transport): OwnPlace | undefined {
    return this.#places.get(transport);
  }

  /** Whether that is one of ours. */
  isOurs({ host, port }: { readonly host: string; readonly port: number | undefined }, transport: Transport): boolean {
    const own = this.#places.get(transport);
    return own !== undefined && own.host === host && own.port === (port ?? defaultPort(transport));
  }

  /** Sends, to an address or to what a name leads to. */
  async send(target: SipTarget, bytes: Buffer): Promise<void> {
    const { network } = this.#parts;
    const socket = this.#sockets.get(target.transport);
    if (!socket) return this.#failed(target, 'no listener for its transport');
    if (isIP(target.address) !== 0) return socket.send(target, bytes);
    const { records } = await network.dns.addresses(target.address);
    if (records[0] === undefined) return this.#failed(target, 'no address');
    socket.send({ ...target, address: records[0], serverName: target.address }, bytes);
  }

  #failed(target: SipTarget, why: string): void {
    this.#parts.logger.warn({ target, why }, 'a SIP message could not be sent');
    this.#parts.sendFailed(target);
  }

  readonly #receiver = {
    packet: (bytes: Buffer, flow: Flow) => this.#reader.read(bytes, flow),
    connectionClosed: (id: string) => {
      this.#reader.closed(id);
      this.#parts.connectionClosed(id);
    },
    sendFailed: (target: SipTarget) => this.#failed(target, 'its connection failed'),
  };
}

/** RFC 3261 19.1.2. */
export function defaultPort(transport: Transport): number {
  return transport === 'tls' || transport === 'wss' ? 5061 : 5060;
}
