import type { G711 } from '../../ear/g711.js';

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** Where to send sound, and in which form, as the other side's SDP says. */
export interface RemoteMedia {
  readonly host: string;
  readonly port: number;
  readonly codec: G711;
  /** RTP payload type for digits, where it takes any. */
  readonly eventType: number | undefined;
  /** What the other side means to do. */
  readonly direction: Direction;
  /** Payload types in its order. */
  readonly formats: readonly number[];
}

export interface LocalMedia {
  readonly host: string;
  readonly port: number;
  readonly codecs: readonly G711[];
  readonly digits: boolean;
  readonly direction: Direction;
  /** Counts up with every change (RFC 3264 8). */
  readonly version: number;
}

/** The payload type that this phone uses for digits. */
export const eventType = 101;

/** Our offer or answer. */
export function writeSdp(media: LocalMedia): string {
  const formats = [...media.codecs.map((codec) => (codec === 'PCMU' ? 0 : 8)), ...(media.digits ? [eventType] : [])];
  return [
    'v=0',
    `o=tonephone 4711 ${media.version} IN IP4 ${media.host}`,
    's=-',
    `c=IN IP4 ${media.host}`,
    't=0 0',
    `m=audio ${media.port} RTP/AVP ${formats.join(' ')}`,
    ...media.codecs.map((codec) => `a=rtpmap:${codec === 'PCMU' ? 0 : 8} ${codec}/8000`),
    ...(media.digits ? [`a=rtpmap:${eventType} telephone-event/8000`, `a=fmtp:${eventType} 0-15`] : []),
    'a=ptime:20',
    `a=${media.direction}`,
    '',
  ].join('\r\n');
}

/** Reads the other side's SDP; undefined where there is no audio that we can send. */
export function readSdp(text: string): RemoteMedia | undefined {
  const media = /^m=audio (\d+) RTP\/AVP ([\d ]+)\r?$/m.exec(text);
  const host =
    /^c=IN IP4 (\S+)\r?$/m.exec(text.slice(media?.index ?? 0))?.[1] ?? /^c=IN IP4 (\S+)\r?$/m.exec(text)?.[1];
  if (!media || host === undefined || media[1] === '0') return undefined;
  const formats = media[2]!.trim().split(' ').map(Number);
  const first = formats.find((format) => format === 0 || format === 8);
  if (first === undefined) return undefined;
  const events = /^a=rtpmap:(\d+) telephone-event\/8000/im.exec(text)?.[1];
  return {
    host,
    port: Number(media[1]),
    codec: first === 0 ? 'PCMU' : 'PCMA',
    eventType: events === undefined ? undefined : Number(events),
    direction: (/^a=(sendrecv|sendonly|recvonly|inactive)\r?$/m.exec(text)?.[1] as Direction | undefined) ?? 'sendrecv',
    formats,
  };
}

/** What we answer to the other side's direction (RFC 3264 6.1). */
export function answering(direction: Direction): Direction {
  return direction === 'sendonly' ? 'recvonly' : direction === 'recvonly' ? 'sendonly' : direction;
}
