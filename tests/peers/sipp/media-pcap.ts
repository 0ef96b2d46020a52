import { encodeG711, type G711 } from '../../ear/g711.js';
import { type Party, partyTones } from '../../ear/parties.js';
import { toneSamples } from '../../ear/tone.js';

/** What a sipp call sends, one thing after another. */
export type Programme = readonly ProgrammePart[];

export type ProgrammePart =
  /** A party's tone. */
  | { readonly tone: Party; readonly ms: number }
  /** Packets of silence. */
  | { readonly silenceMs: number }
  /** Keys, 100 ms each with 60 ms between them (RFC 4733, payload type 101). */
  | { readonly digits: string };

const frame = 160;
const frameMs = 20;
const keys = '0123456789*#ABCD';

interface TimedPacket {
  readonly atMs: number;
  readonly bytes: Buffer;
}

/** How long a programme takes, milliseconds. */
export function programmeMs(programme: Programme): number {
  return programme.reduce((sum, part) => sum + partMs(part), 0);
}

function partMs(part: ProgrammePart): number {
  if ('tone' in part) return part.ms;
  return 'digits' in part ? part.digits.length * 160 : part.silenceMs;
}

/**
 * The programme as a capture file of one RTP stream, which sipp replays with its own addresses put in. Ethernet frames, IPv4, UDP; sipp looks
 * at no checksum.
 */
export function mediaPcap(programme: Programme, codec: G711): Uint8Array {
  const packets = rtpPackets(programme, codec);
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(65535, 16);
  header.writeUInt32LE(1, 20);
  return Buffer.concat([header, ...packets.flatMap(({ atMs, bytes }) => record(atMs, ethernet(bytes)))]);
}

function rtpPackets(programme: Programme, codec: G711): TimedPacket[] {
  const packets: TimedPacket[] = [];
  let sequence = 1;
  let samples = 0;
  let atMs = 0;
  const add = (type: number, marker: boolean, timestamp: number, payload: Uint8Array) => {
    const bytes = Buffer.alloc(12 + payload.length);
    bytes.writeUInt8(0x80, 0);
    bytes.writeUInt8((marker ? 0x80 : 0) | type, 1);
    bytes.writeUInt16BE(sequence++ & 0xffff, 2);
    bytes.writeUInt32BE(timestamp >>> 0, 4);
    bytes.writeUInt32BE(0x51990000, 8);
    bytes.set(payload, 12);
    packets.push({ atMs, bytes });
  };
  const step = () => {
    samples += frame;
    atMs += frameMs;
  };
  const speak = (party: Party | undefined, ms: number) => {
    for (let n = 0; n < ms / frameMs; n += 1) {
      const sound =
        party === undefined ? new Int16Array(frame) : toneSamples(partyTones[party], frame, { offset: samples });
      add(codec === 'PCMU' ? 0 : 8, samples === 0, samples, encodeG711(sound, codec));
      step();
    }
  };
  const press = (key: number) => {
    const start = samples;
    for (let n = 1; n <= 5; n += 1) {
      const payload = Uint8Array.of(key, (n === 5 ? 0x80 : 0) | 10, (n * frame) >> 8, (n * frame) & 0xff);
      for (let copy = 0; copy < (n === 5 ? 3 : 1); copy += 1) add(101, n === 1, start, payload);
      step();
    }
    speak(undefined, 60);
  };
  for (const part of programme) {
    if ('tone' in part) speak(part.tone, part.ms);
    else if ('silenceMs' in part) speak(undefined, part.silenceMs);
    else for (const digit of part.digits) press(keys.indexOf(digit));
  }
  return packets;
}

function record(atMs: number, bytes: Buffer): Buffer[] {
  const header = Buffer.alloc(16);
  header.writeUInt32LE(1_700_000_000 + Math.floor(atMs / 1000), 0);
  header.writeUInt32LE((atMs % 1000) * 1000, 4);
  header.writeUInt32LE(bytes.length, 8);
  header.writeUInt32LE(bytes.length, 12);
  return [header, bytes];
}

function ethernet(rtp: Buffer): Buffer {
  const headers = Buffer.alloc(14 + 20 + 8);
  headers.writeUInt16BE(0x0800, 12);
  headers.writeUInt8(0x45, 14);
  headers.writeUInt16BE(28 + rtp.length, 16);
  headers.writeUInt8(64, 22);
  headers.writeUInt8(17, 23);
  headers.set([127, 0, 0, 1], 26);
  headers.set([127, 0, 0, 1], 30);
  headers.writeUInt16BE(6000, 34);
  headers.writeUInt16BE(6002, 36);
  headers.writeUInt16BE(8 + rtp.length, 38);
  return Buffer.concat([headers, rtp]);
}
