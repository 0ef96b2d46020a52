import { decodeG711 } from './g711.js';

/** One RTP packet (RFC 3550 5.1) as far as an ear needs it. */
export interface HeardPacket {
  readonly payloadType: number;
  readonly marker: boolean;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payload: Uint8Array;
}

/** Reads a packet; undefined where it is none (RTCP among them: RFC 5761 4). */
export function readRtp(bytes: Uint8Array): HeardPacket | undefined {
  if (bytes.length < 12 || bytes[0]! >> 6 !== 2) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const type = bytes[1]!;
  if (type >= 192 && type <= 223) return undefined;
  let start = 12 + (bytes[0]! & 0x0f) * 4;
  if ((bytes[0]! & 0x10) !== 0 && start + 4 <= bytes.length) start += 4 + view.getUint16(start + 2) * 4;
  const padding = (bytes[0]! & 0x20) !== 0 ? bytes[bytes.length - 1]! : 0;
  if (start > bytes.length - padding) return undefined;
  return {
    payloadType: type & 0x7f,
    marker: (type & 0x80) !== 0,
    sequence: view.getUint16(2),
    timestamp: view.getUint32(4),
    ssrc: view.getUint32(8),
    payload: bytes.slice(start, bytes.length - padding),
  };
}

const keys = '0123456789*#ABCD';

/** Hears a stream of packets: sound as samples, and digits sent as events (RFC 4733), each key press once. */
export class RtpEar {
  readonly #pieces: Int16Array[] = [];
  readonly #eventType: number;
  #count = 0;
  #lastSequence: string | undefined;
  #lastEvent: string | undefined;
  /** Digits so far, in the order in which they began. */
  digits = '';
  /** Packets of sound and digits so far, repeated ones left out. */
  packets = 0;

  constructor(options: { telephoneEventType?: number } = {}) {
    this.#eventType = options.telephoneEventType ?? 101;
  }

  /** Takes the next packet as it arrived. */
  take(packet: HeardPacket): void {
    const sequence = `${packet.ssrc}:${packet.sequence}`;
    if (sequence === this.#lastSequence) return;
    this.#lastSequence = sequence;
    this.packets += 1;
    if (packet.payloadType === this.#eventType) this.#takeEvent(packet);
    else if (packet.payloadType === 0) this.#add(decodeG711(packet.payload, 'PCMU'));
    else if (packet.payloadType === 8) this.#add(decodeG711(packet.payload, 'PCMA'));
  }

  /** Samples heard so far, at 8 kHz. */
  get length(): number {
    return this.#count;
  }

  /** The sound from sample `from` on. Silence between packets is not filled in. */
  samples(from = 0): Int16Array {
    const wanted = new Int16Array(Math.max(0, this.#count - from));
    let end = this.#count;
    for (let n = this.#pieces.length - 1; n >= 0 && end > from; n -= 1) {
      const piece = this.#pieces[n]!;
      const start = end - piece.length;
      wanted.set(start < from ? piece.subarray(from - start) : piece, Math.max(0, start - from));
      end = start;
    }
    return wanted;
  }

  #add(samples: Int16Array): void {
    this.#pieces.push(samples);
    this.#count += samples.length;
  }

  #takeEvent(packet: HeardPacket): void {
    const event = `${packet.ssrc}:${packet.timestamp}`;
    const key = keys[packet.payload[0] ?? 255];
    if (event === this.#lastEvent || key === undefined) return;
    this.#lastEvent = event;
    this.digits += key;
  }
}
