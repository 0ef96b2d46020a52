import type { ManualClock } from '@hookswitch/kernel/manual-clock';
import type { VirtualNetwork } from '../../net/virtual-network.js';
import type { Transport } from '../../sip/flow.js';

/** Somebody who writes SIP by hand. */
export class RawPeer {
  readonly got: string[] = [];
  readonly address: string;
  readonly #clock: ManualClock;
  #send: (text: string) => void = () => undefined;
  readonly #via: string;
  #branch = 0;

  private constructor(address: string, clock: ManualClock, transport: Transport) {
    this.address = address;
    this.#via = transport.toUpperCase();
    this.#clock = clock;
  }

  static async open(
    network: VirtualNetwork,
    clock: ManualClock,
    address: string,
    engine: { readonly address: string; readonly port: number },
    transport: Transport = 'udp',
  ): Promise<RawPeer> {
    const peer = new RawPeer(address, clock, transport);
    if (transport !== 'udp') {
      const stream = await network.listen(
        { transport, address, port: 5060 },
        {
          packet: (bytes) => peer.got.push(bytes.toString()),
          connectionClosed: () => undefined,
          sendFailed: () => undefined,
        },
      );
      // A connection that is gone is opened again.
      peer.#send = (text) => stream.send({ transport, ...engine }, Buffer.from(text));
      return peer;
    }
    const socket = await network.bind(address, 5060, {
      onDatagram: (bytes) => peer.got.push(Buffer.from(bytes).toString()),
      onError: () => undefined,
    });
    peer.#send = (text) => socket.send(Buffer.from(text), text.length, engine.port, engine.address);
    return peer;
  }

  /** Sends a request and answers what came back meanwhile. */
  async request(
    method: string,
    uri: string,
    headers: readonly string[] = [],
    body = '',
    waitMs = 100,
  ): Promise<string[]> {
    const before = this.got.length;
    this.#branch += 1;
    const own = headers.map((line) => line.split(':')[0]!.toLowerCase());
    const defaults = [
      `Via: SIP/2.0/${this.#via} ${this.address}:5060;branch=z9hG4bK-${this.address}-${this.#branch}`,
      `From: <sip:alice@acme.example>;tag=f${this.#branch}`,
      'To: <sip:alice@acme.example>',
      `Call-ID: ${this.address}-${this.#branch}`,
      `CSeq: ${this.#branch} ${method}`,
      'Max-Forwards: 70',
      ...(method === 'INVITE' ? [`Contact: <sip:${this.address}>`] : []),
    ].filter((line) => !own.includes(line.split(':')[0]!.toLowerCase()));
    const lines = [`${method} ${uri} SIP/2.0`, ...defaults, ...headers, `Content-Length: ${body.length}`, '', body];
    this.#send(lines.join('\r\n'));
    await this.#clock.advanceAsync(waitMs);
    return this.got.slice(before);
  }

  respond(request: string, status: string, extra: readonly string[] = [], body = ''): void {
    const kept = request.split('\r\n').filter((line) => /^(via|from|to|call-id|cseq|record-route):/i.test(line));
    const lines = [`SIP/2.0 ${status}`, ...kept, ...extra, `Content-Length: ${body.length}`, '', body];
    this.#send(lines.join('\r\n').replace(/^(To: [^;\r\n]*)$/im, '$1;tag=peer'));
  }
}
