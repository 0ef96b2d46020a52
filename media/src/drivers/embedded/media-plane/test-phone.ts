import type { Clock } from '@hookswitch/kernel/clock';
import { decodeTable, encodeTable, type SoundCodec, staticPayloadTypes } from '../../../audio/g711.js';
import { G722Decoder, G722Encoder } from '../../../audio/g722.js';
import { parseRtp, RtpFields, writeRtpHeader } from '../../../rtp/rtp-packet.js';
import { eventOfKey, telephoneKeys } from '../../../rtp/telephone-event.js';
import type { MediaNetwork, MediaSocket } from './media-network.js';

/** What a test phone got. */
export interface HeardPacket {
  readonly at: number;
  readonly payloadType: number;
  readonly marker: boolean;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payload: Uint8Array;
}

/** The payload type of events in tests. */
export const eventType = 101;

/** A phone's media for tests: talks in tones, presses keys, keeps all it is sent. */
export class TestPhone {
  readonly packets: HeardPacket[] = [];
  readonly reports: Uint8Array[] = [];
  readonly #clock: Clock;
  readonly #codec: SoundCodec;
  readonly #wideband = new G722Encoder();
  readonly #rtp: MediaSocket;
  readonly #rtcp: MediaSocket;
  readonly port: number;
  ssrc: number;
  sequence = 100;
  timestamp = 5000;
  #phase = 0;
  target = { address: '', port: 0 };

  private constructor(clock: Clock, codec: SoundCodec, rtp: MediaSocket, rtcp: MediaSocket, port: number) {
    this.#clock = clock;
    this.#codec = codec;
    this.#rtp = rtp;
    this.#rtcp = rtcp;
    this.port = port;
    this.ssrc = 0x1000_0000 + port;
  }

  static async open(
    network: MediaNetwork,
    clock: Clock,
    address: string,
    port: number,
    codec: SoundCodec = 'pcmu',
  ): Promise<TestPhone> {
    let phone: TestPhone | undefined;
    const onError = () => {};
    const rtp = await network.bind(address, port, { onDatagram: (bytes) => phone?.take(bytes), onError });
    const rtcp = await network.bind(address, port + 1, {
      onDatagram: (bytes) => phone?.reports.push(Uint8Array.from(bytes)),
      onError,
    });
    phone = new TestPhone(clock, codec, rtp, rtcp, port);
    return phone;
  }

  /** Where the platform's leg is. */
  aim(address: string, port: number): void {
    this.target = { address, port };
  }

  take(bytes: Uint8Array): void {
    const fields = new RtpFields();
    if (!parseRtp(bytes, fields)) return;
    const { payloadType, marker, sequence, timestamp, ssrc } = fields;
    const payload = Uint8Array.from(bytes.subarray(fields.payloadStart, fields.payloadEnd));
    this.packets.push({ at: this.#clock.now(), payloadType, marker, sequence, timestamp, ssrc, payload });
  }

  /** Speaks a tone of that frequency for so long, one packet each 20 ms. Resolves after the last. */
  talk(frequency: number, ms: number): Promise<void> {
    return this.#pace(Math.round(ms / 20), () => this.say(frequency));
  }

  /** One packet of 20 ms. */
  say(...frequencies: number[]): void {
    const rate = this.#codec === 'g722' ? 16_000 : 8000;
    const samples = Int16Array.from({ length: rate / 50 }, (_, at) => {
      let value = 0;
      for (const frequency of frequencies) {
        value += 8000 * Math.sin((2 * Math.PI * frequency * (this.#phase + at)) / rate);
      }
      return Math.round(value);
    });
    this.#phase += samples.length;
    this.#send(staticPayloadTypes[this.#codec], false, this.timestamp, this.#encoded(samples));
    this.timestamp += 160;
  }

  #encoded(samples: Int16Array): Uint8Array {
    const payload = new Uint8Array(160);
    if (this.#codec === 'g722') this.#wideband.encode(samples, payload);
    else for (const [at, value] of samples.entries()) payload[at] = encodeTable[this.#codec][value + 32_768]!;
    return payload;
  }

  /** Presses a key for so long (RFC 4733). */
  press(key: string, ms = 100): Promise<void> {
    const start = this.timestamp;
    const steps = Math.max(1, Math.round(ms / 20));
    let step = 0;
    this.timestamp += steps * 160;
    return this.#pace(steps + 2, () => {
      step++;
      const duration = Math.min(step, steps) * 160;
      const payload = Uint8Array.of(eventOfKey(key), (step >= steps ? 0x80 : 0) | 10, duration >> 8, duration);
      this.#send(eventType, step === 1, start, payload);
    });
  }

  /** Sends bytes as they are. */
  raw(bytes: Uint8Array): void {
    this.#rtp.send(bytes, bytes.length, this.target.port, this.target.address);
  }

  /** The keys it was sent as events: one for each timestamp. */
  get keysHeard(): string {
    const seen = new Set<number>();
    let keys = '';
    for (const packet of this.packets) {
      if (packet.payloadType !== eventType || seen.has(packet.timestamp)) continue;
      seen.add(packet.timestamp);
      keys += telephoneKeys[packet.payload[0]!];
    }
    return keys;
  }

  /** All sound of G.722 that it was sent, at 16 kHz, in the order it came. */
  get widebandSound(): Int16Array {
    const payloads = this.packets.filter(({ payloadType }) => payloadType === 9).map(({ payload }) => payload);
    const codes = Uint8Array.from(payloads.flatMap((payload) => [...payload]));
    const samples = new Int16Array(codes.length * 2);
    new G722Decoder().decode(codes, 0, codes.length, samples);
    return samples;
  }

  /** All sound it was sent, at 8 kHz, put where its timestamps say. Silence packets of keep-alive are part of it. */
  get sound(): Int16Array {
    const sound = this.packets.filter(({ payloadType }) => [0, 8, 9].includes(payloadType));
    const wideband = new G722Decoder();
    const first = sound[0];
    if (!first) return new Int16Array();
    const end = sound.reduce((last, packet) => Math.max(last, ((packet.timestamp - first.timestamp) | 0) + 480), 0);
    const samples = new Int16Array(Math.min(end, 8000 * 120));
    for (const packet of sound) {
      const decode = decodeTable[packet.payloadType === 8 ? 'pcma' : 'pcmu'];
      const codes = Uint8Array.from(packet.payload);
      if (packet.payloadType === 9) wideband.decodeNarrow(codes, 0, codes.length);
      codes.forEach((code, at) => {
        samples[((packet.timestamp - first.timestamp) | 0) + at] = decode[code]!;
      });
    }
    return samples;
  }

  forget(): void {
    this.packets.length = 0;
  }

  close(): void {
    this.#rtp.close();
    this.#rtcp.close();
  }

  #send(payloadType: number, marker: boolean, timestamp: number, payload: Uint8Array): void {
    const packet = new Uint8Array(12 + payload.length);
    writeRtpHeader(packet, payloadType, marker, this.sequence++, timestamp, this.ssrc);
    packet.set(payload, 12);
    this.raw(packet);
  }

  #pace(count: number, act: () => void): Promise<void> {
    const start = this.#clock.now();
    return new Promise((resolve) => {
      let done = 0;
      const step = () => {
        if (done === count) {
          resolve();
          return;
        }
        done++;
        act();
        this.#clock.after(start + done * 20 - this.#clock.now(), step);
      };
      step();
    });
  }
}
