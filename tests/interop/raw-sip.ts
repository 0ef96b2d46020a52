import { createSocket } from 'node:dgram';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { History } from '../peers/history.js';
import { firstLine, headerOf, readSip, type SipText } from '../peers/tone-phone/sip-text.js';
import { StreamCutter } from '../peers/tone-phone/stream-cutter.js';
import type { Wire } from './engine-on-loopback.js';

export interface RawMessage {
  readonly text: string;
  readonly sip: SipText;
}

/** A socket over which a test says whatever it likes, byte by byte, and reads what comes back. */
export class RawSip {
  readonly wire: Wire;
  readonly host: string;
  readonly port: number;
  readonly messages = new History<RawMessage>('SIP messages', ({ sip }) => firstLine(sip));
  /** Set once the other side closed the connection. */
  closed = false;
  readonly #write: (bytes: Buffer) => void;
  readonly #close: () => void;
  readonly #cutter = new StreamCutter();

  private constructor(
    wire: Wire,
    from: { host: string; port: number },
    write: (bytes: Buffer) => void,
    close: () => void,
  ) {
    this.wire = wire;
    this.host = from.host;
    this.port = from.port;
    this.#write = write;
    this.#close = close;
  }

  /** @param host address of this side; default: the other side's */
  static open(wire: Wire, to: { host: string; port: number }, host = to.host): Promise<RawSip> {
    return wire === 'udp' ? openUdp(to, host) : openStream(wire, to, host);
  }

  /** For the openers below. */
  static made(
    wire: Wire,
    from: { host: string; port: number },
    write: (bytes: Buffer) => void,
    close: () => void,
  ): RawSip {
    return new RawSip(wire, from, write, close);
  }

  send(text: string | Buffer): void {
    this.#write(typeof text === 'string' ? Buffer.from(text, 'utf8') : text);
  }

  /** A Via value of this socket. */
  via(branch: string): string {
    const host = this.host.includes(':') ? `[${this.host}]` : this.host;
    return `SIP/2.0/${this.wire.toUpperCase()} ${host}:${this.port};branch=${branch}`;
  }

  /** The first message of this Call-ID that matches, past or to come. */
  async next(what: string, callId: string, matches: (sip: SipText) => boolean): Promise<SipText> {
    const found = await this.messages.first(what, ({ sip }) => headerOf(sip, 'Call-ID') === callId && matches(sip));
    return found.sip;
  }

  /** Final statuses that came for this Call-ID, each once. */
  finals(callId: string): number[] {
    const statuses = this.messages.all
      .filter(({ sip }) => headerOf(sip, 'Call-ID') === callId)
      .map(({ sip }) => sip.status ?? 0)
      .filter((status) => status >= 200);
    return [...new Set(statuses)];
  }

  close(): void {
    this.#close();
  }

  takeDatagram(bytes: Buffer): void {
    const sip = readSip(bytes.toString());
    if (sip) this.messages.add({ text: bytes.toString(), sip });
  }

  takeStream(bytes: Buffer): void {
    for (const message of this.#cutter.take(bytes)) this.takeDatagram(message);
  }
}

function openUdp(to: { host: string; port: number }, host: string): Promise<RawSip> {
  const socket = createSocket(to.host.includes(':') ? 'udp6' : 'udp4');
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, host, () => {
      socket.off('error', reject).on('error', () => undefined);
      const from = { host, port: socket.address().port };
      const raw = RawSip.made(
        'udp',
        from,
        (bytes) => socket.send(bytes, to.port, to.host),
        () => socket.close(),
      );
      socket.on('message', (bytes) => raw.takeDatagram(bytes));
      resolve(raw);
    });
  });
}

function openStream(wire: 'tcp' | 'tls', to: { host: string; port: number }, host: string): Promise<RawSip> {
  const ends = { ...to, localAddress: host };
  return new Promise((resolve, reject) => {
    const ready = () => {
      socket.off('error', reject).on('error', () => undefined);
      const from = { host, port: socket.localPort ?? 0 };
      const raw = RawSip.made(
        wire,
        from,
        (bytes) => socket.write(bytes),
        () => socket.destroy(),
      );
      socket.on('data', (bytes) => raw.takeStream(bytes));
      socket.once('close', () => {
        raw.closed = true;
      });
      resolve(raw);
    };
    const socket: Socket =
      wire === 'tls' ? connectTls({ ...ends, rejectUnauthorized: false }, ready) : connect(ends, ready);
    socket.setNoDelay(true);
    socket.once('error', reject);
  });
}
