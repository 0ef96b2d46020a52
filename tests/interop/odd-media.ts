import { createSocket, type Socket } from 'node:dgram';
import { encodeG711, type G711 } from '../ear/g711.js';
import { type Party, partyTones } from '../ear/parties.js';
import { RtpEar, readRtp } from '../ear/rtp-ear.js';
import { toneSamples } from '../ear/tone.js';
import { whoIsHeard } from '../ear/who-is-heard.js';
import { History } from '../peers/history.js';

/** RTP of a test's own making: a party's tone in frames of any length, and whatever oddities the test asks for; keeps what it hears. */
export class OddMedia {
  readonly port: number;
  readonly ear: RtpEar;
  /** Payload bytes and payload type of each packet of sound that came. */
  readonly packets = new History<{ readonly bytes: number; readonly type: number }>('RTP packets');
  /** Where to send to; undefined: nowhere. */
  remote: { readonly host: string; readonly port: number } | undefined;
  codec: G711 = 'PCMU';
  frameMs = 20;
  /** While true nothing is sent, and time goes on: silence suppression. */
  silent = false;
  sequence = 1000;
  timestamp = 160_000;
  ssrc = 0x1234_5678;
  readonly #socket: Socket;
  readonly #party: Party;
  readonly #timer: NodeJS.Timeout;
  #sentMs = 0;
  readonly #startedAt = performance.now();

  private constructor(socket: Socket, party: Party, eventType: number) {
    this.#socket = socket;
    this.#party = party;
    this.port = socket.address().port;
    this.ear = new RtpEar({ telephoneEventType: eventType });
    socket.on('error', () => undefined);
    socket.on('message', (bytes) => {
      const packet = readRtp(bytes);
      if (!packet) return;
      this.ear.take(packet);
      this.packets.add({ bytes: packet.payload.length, type: packet.payloadType });
    });
    this.#timer = setInterval(() => this.#sendDue(), 10);
  }

  /** `eventType`: the payload type under which digits are heard. */
  static open(party: Party, host = '127.0.0.1', eventType = 101): Promise<OddMedia> {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(0, host, () => resolve(new OddMedia(socket, party, eventType)));
    });
  }

  /** Resolves once the last 300 ms that came have exactly this party in them. */
  async hears(party: Party): Promise<void> {
    const from = this.ear.length;
    await this.packets.until(`sound of ${party}`, () => {
      const end = this.ear.length;
      if (end - from < 2400) return undefined;
      const heard = whoIsHeard(this.ear.samples(end - 2400), { atLeastMs: 300 });
      return heard.join() === party ? true : undefined;
    });
  }

  /** Sends one packet as it is. */
  sendPacket(type: number, payload: Uint8Array, marker = false): void {
    if (!this.remote) return;
    const bytes = Buffer.alloc(12 + payload.length);
    bytes.writeUInt8(0x80, 0);
    bytes.writeUInt8((marker ? 0x80 : 0) | type, 1);
    bytes.writeUInt16BE(this.sequence & 0xffff, 2);
    bytes.writeUInt32BE(this.timestamp >>> 0, 4);
    bytes.writeUInt32BE(this.ssrc >>> 0, 8);
    bytes.set(payload, 12);
    this.sequence += 1;
    this.#socket.send(bytes, this.remote.port, this.remote.host);
  }

  /** A key in RFC 4733 events under this payload type, in one go. */
  press(type: number, key: number): void {
    for (const [duration, end] of [
      [160, false],
      [320, false],
      [480, false],
      [640, true],
      [640, true],
      [640, true],
    ] as const) {
      this.sendPacket(
        type,
        Uint8Array.of(key, (end ? 0x80 : 0) | 10, duration >> 8, duration & 0xff),
        duration === 160,
      );
    }
    this.timestamp += 1280;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#socket.close();
  }

  #sendDue(): void {
    const due = performance.now() - this.#startedAt;
    for (; this.#sentMs + this.frameMs <= due; this.#sentMs += this.frameMs) {
      const count = this.frameMs * 8;
      if (!this.silent && this.remote) {
        const samples = toneSamples(partyTones[this.#party], count, { offset: this.#sentMs * 8 });
        this.sendPacket(this.codec === 'PCMU' ? 0 : 8, encodeG711(samples, this.codec));
      }
      this.timestamp += count;
    }
  }
}
