import { createSocket, type Socket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeG711 } from '../../ear/g711.js';
import { type Party, partyTones } from '../../ear/parties.js';
import { type HeardPacket, RtpEar, readRtp } from '../../ear/rtp-ear.js';
import { toneSamples } from '../../ear/tone.js';
import { whoIsHeard } from '../../ear/who-is-heard.js';
import { freeUdpPorts } from '../free-udp-ports.js';
import { History } from '../history.js';
import { eventType, type RemoteMedia } from './sdp-text.js';

const frame = 160;
const frameMs = 20;
const keys = '0123456789*#ABCD';
const framesPerKey = 5;

/** A key that is being held down. */
interface KeyPress {
  readonly key: number;
  readonly done: () => void;
  /** RTP timestamp of its beginning. */
  startedAt: number;
  frames: number;
}

/** The sound of one call: sends a party's tone every 20 ms, and keeps what it hears. */
export class ToneMedia {
  readonly port: number;
  readonly ear = new RtpEar({ telephoneEventType: eventType });
  /** Every RTP packet that came, and from where. */
  readonly packets = new History<{ readonly packet: HeardPacket; readonly from: string }>('RTP', ({ from }) => from);
  /** RTCP packets that came to the neighbouring port. */
  rtcpPackets = 0;
  #remote: RemoteMedia | undefined;
  #muted = false;
  readonly #sockets: readonly Socket[];
  readonly #party: Party | undefined;
  readonly #ssrc = Math.floor(Math.random() * 2 ** 32);
  #sequence = Math.floor(Math.random() * 2 ** 16);
  #timestamp = Math.floor(Math.random() * 2 ** 32);
  #samplesSent = 0;
  #timer: NodeJS.Timeout | undefined;
  #startedAt = 0;
  #framesDue = 0;
  #event: KeyPress | undefined;
  /** Where the next `hears` begins, in samples; undefined: at what comes next. */
  #hearsFrom: number | undefined;

  private constructor(port: number, sockets: readonly Socket[], party: Party | undefined) {
    this.port = port;
    this.#sockets = sockets;
    this.#party = party;
    sockets[0]!.on('message', (bytes, from) => {
      const packet = readRtp(bytes);
      if (!packet) return;
      this.ear.take(packet);
      this.packets.add({ packet, from: `${from.address}:${from.port}` });
    });
    sockets[1]!.on('message', () => (this.rtcpPackets += 1));
  }

  /** Opens an even port and the one above. Without a party it sends silence. */
  static async open(party: Party | undefined, host = '127.0.0.1'): Promise<ToneMedia> {
    for (let attempt = 1; ; attempt += 1) {
      const port = await freeUdpPorts(2);
      const sockets = [createSocket('udp4'), createSocket('udp4')];
      try {
        await Promise.all(sockets.map((socket, n) => bind(socket, port + n, host)));
        return new ToneMedia(port, sockets, party);
      } catch (error) {
        for (const socket of sockets) socket.close();
        if (attempt === 20) throw error;
      }
    }
  }

  /** Sends to this address from now on; undefined stops sending. */
  sendTo(remote: RemoteMedia | undefined): void {
    this.#remote = remote;
    if (remote === undefined) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    } else if (this.#timer === undefined) {
      this.#startedAt = performance.now();
      this.#framesDue = 0;
      this.#timer = setInterval(() => this.#sendDue(), frameMs / 2);
    }
  }

  /** Stops sending packets altogether, as a phone that lost its network does; `false` goes on. */
  freeze(frozen: boolean): void {
    this.#muted = frozen;
  }

  /** Sends keys as RFC 4733 events of 100 ms with gaps of 60 ms. Resolves when the last one is out. */
  async sendDigits(digits: string): Promise<void> {
    for (const digit of digits) {
      if (this.#remote === undefined) throw new Error('there is nobody to send digits to');
      const key = keys.indexOf(digit.toUpperCase());
      if (key < 0) throw new Error(`${digit} is no key`);
      await new Promise<void>((done) => {
        this.#event = { key, startedAt: this.#timestamp, frames: 0, done };
      });
      await sleep(60);
    }
  }

  /** Resolves once 300 ms of what comes from now on have exactly these parties in them. */
  async hears(...who: readonly Party[]): Promise<void> {
    const wanted = [...who].sort().join(', ');
    let from = this.#hearsFrom ?? this.ear.length;
    this.#hearsFrom = undefined;
    await this.packets.until(`sound of exactly [${wanted}]`, () => {
      for (; from + 2400 <= this.ear.length; from += 160) {
        const heard = whoIsHeard(this.ear.samples(from).subarray(0, 2400), { atLeastMs: 300 });
        if (heard.join(', ') === wanted) return true;
      }
      return undefined;
    });
  }

  /** The next `hears` counts from the beginning: a prompt may be over when whoever called has looked up what the call is. */
  hearsFromTheBeginning(): void {
    this.#hearsFrom = 0;
  }

  /** Who is heard in the next `milliseconds`. */
  async listen(milliseconds: number): Promise<Party[]> {
    const from = this.ear.length;
    await sleep(milliseconds);
    return whoIsHeard(this.ear.samples(from));
  }

  /** Resolves once these digits were heard, from the beginning of the call. */
  async hearsDigits(digits: string): Promise<void> {
    await this.packets.until(`digits ${digits}`, () => (this.ear.digits === digits ? true : undefined));
  }

  close(): void {
    this.sendTo(undefined);
    this.#event?.done();
    for (const socket of this.#sockets) socket.close();
  }

  #sendDue(): void {
    const due = Math.floor((performance.now() - this.#startedAt) / frameMs);
    for (; this.#framesDue < due; this.#framesDue += 1) this.#sendFrame();
  }

  #sendFrame(): void {
    const remote = this.#remote;
    if (!remote) return;
    if (this.#event) {
      this.#sendEvent(this.#event, remote.eventType ?? eventType);
    } else {
      const samples =
        this.#party === undefined
          ? new Int16Array(frame)
          : toneSamples(partyTones[this.#party], frame, { offset: this.#samplesSent });
      this.#send(
        remote.codec === 'PCMU' ? 0 : 8,
        this.#samplesSent === 0,
        this.#timestamp,
        encodeG711(samples, remote.codec),
      );
    }
    this.#samplesSent += frame;
    this.#timestamp = (this.#timestamp + frame) >>> 0;
  }

  /** RFC 4733 2.5.1: one timestamp for the event, a growing duration, the end three times. */
  #sendEvent(event: KeyPress, type: number): void {
    event.frames += 1;
    if (event.frames === 1) event.startedAt = this.#timestamp;
    const last = event.frames >= framesPerKey;
    const duration = event.frames * frame;
    const payload = Uint8Array.of(event.key, (last ? 0x80 : 0) | 10, duration >> 8, duration & 0xff);
    for (let n = 0; n < (last ? 3 : 1); n += 1) this.#send(type, event.frames === 1, event.startedAt, payload);
    if (last) {
      this.#event = undefined;
      event.done();
    }
  }

  #send(type: number, marker: boolean, timestamp: number, payload: Uint8Array): void {
    const bytes = Buffer.alloc(12 + payload.length);
    bytes.writeUInt8(0x80, 0);
    bytes.writeUInt8((marker ? 0x80 : 0) | type, 1);
    bytes.writeUInt16BE(this.#sequence, 2);
    bytes.writeUInt32BE(timestamp, 4);
    bytes.writeUInt32BE(this.#ssrc, 8);
    bytes.set(payload, 12);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    if (!this.#muted && this.#remote) this.#sockets[0]!.send(bytes, this.#remote.port, this.#remote.host);
  }
}

function bind(socket: Socket, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, host, () => {
      socket.off('error', reject);
      socket.on('error', () => {});
      resolve();
    });
  });
}
