import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { History } from '../peers/history.js';
import { cseqOf, headerOf, readSip, type SipText } from '../peers/tone-phone/sip-text.js';

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface RequestOptions {
  readonly uri?: string;
  readonly from?: string;
  readonly to?: string;
  readonly callId?: string;
  readonly cseq?: number;
  readonly via?: string;
  readonly maxForwards?: string;
  /** Whole header lines, without their ends. */
  readonly headers?: readonly string[];
  readonly body?: string;
}

let words = 0;

/** Somebody at an address of their own (all of 127.0.0.0/8 is this machine) who sends what they like, as bytes. */
export class Stranger {
  /** Datagrams that came back, as text. */
  readonly heard = new History<string>('datagrams', (text) => text.split('\r\n')[0]!);
  readonly address: Address;
  readonly #socket: Socket;
  readonly #target: Address;

  private constructor(socket: Socket, target: Address) {
    this.#socket = socket;
    this.#target = target;
    const { address, port } = socket.address();
    this.address = { host: address, port };
    socket.on('message', (bytes) => this.heard.add(bytes.toString('latin1')));
    socket.on('error', () => {});
  }

  static async at(host: string, target: Address): Promise<Stranger> {
    const socket = createSocket('udp4');
    socket.bind(0, host);
    await once(socket, 'listening');
    return new Stranger(socket, target);
  }

  /** A request as text; anything may be overridden. */
  request(method: string, options: RequestOptions = {}): string {
    const { host, port } = this.address;
    const word = `w${(words += 1)}x${Math.floor(Math.random() * 2 ** 40).toString(36)}`;
    const body = options.body ?? '';
    return [
      `${method} ${options.uri ?? `sip:anybody@${this.#target.host}`} SIP/2.0`,
      `Via: ${options.via ?? `SIP/2.0/UDP ${host}:${port};branch=z9hG4bK${word};rport`}`,
      `Max-Forwards: ${options.maxForwards ?? '70'}`,
      `From: ${options.from ?? `<sip:stranger@${host}>;tag=${word}`}`,
      `To: ${options.to ?? `<sip:anybody@${this.#target.host}>`}`,
      `Call-ID: ${options.callId ?? word}`,
      `CSeq: ${options.cseq ?? 1} ${method}`,
      `Contact: <sip:stranger@${host}:${port}>`,
      ...(options.headers ?? []),
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n');
  }

  /** Resolves once the kernel took it. */
  send(bytes: string | Uint8Array, to: Address = this.#target): Promise<void> {
    const packet = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
    return new Promise((resolve) => this.#socket.send(packet, to.port, to.host, () => resolve()));
  }

  /** Sends a request and resolves with its final response. */
  async ask(method: string, options: RequestOptions = {}): Promise<SipText> {
    const request = this.request(method, options);
    const callId = headerOf(readSip(request)!, 'Call-ID');
    await this.send(request);
    return this.heard.until(`the answer to ${method}`, () =>
      this.heard.all
        .map(readSip)
        .find(
          (message) =>
            (message?.status ?? 0) >= 200 &&
            headerOf(message!, 'Call-ID') === callId &&
            cseqOf(message!).method === method,
        ),
    );
  }

  close(): void {
    this.#socket.close();
  }
}
