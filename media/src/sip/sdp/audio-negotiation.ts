import { isIP } from 'node:net';
import type { Direction, MediaDescription, SessionDescription } from './session-description.js';

/** Codecs we speak, by their name in rtpmap; one channel, and a clock of 8000 Hz, though G.722 samples at twice that (RFC 3551 4.5.2). */
export type AudioCodec = 'PCMU' | 'PCMA' | 'G722';

/** Which codecs, in the order of our offers, and how long a packet is. G.722 is taken from an offer where it stands first here, or nothing else is common. */
export interface AudioAbilities {
  readonly codecs: readonly AudioCodec[];
  /** Packet time we send where the peer asks for none, milliseconds, 10 to 60. */
  readonly ptimeMs: number;
  /** Where no sound may be sent, whatever a description says. */
  readonly isForbidden?: (address: string, port: number) => boolean;
}

/** The stream two descriptions agree on, from our side. */
export interface AgreedAudio {
  readonly codec: AudioCodec;
  /** Payload type in packets we send: the peer's number. */
  readonly sendPayloadType: number;
  /** Payload type in packets we receive: the number in our description. */
  readonly receivePayloadType: number;
  /** telephone-event (RFC 4733), undefined where the peer has none at 8000 Hz. */
  readonly sendEventPayloadType: number | undefined;
  readonly receiveEventPayloadType: number | undefined;
  /** Length of packets we send, milliseconds: what the peer asked for within 10 to 60, else our own. */
  readonly ptimeMs: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly remoteRtcpPort: number;
  /** As seen by us: `sendonly` means that we send and the peer does not. */
  readonly direction: Direction;
  /** Index of the m-line. */
  readonly mediaIndex: number;
}

const ourTypes: Readonly<Record<AudioCodec, number>> = { PCMU: 0, PCMA: 8, G722: 9 };

/** Payload type of telephone-event in our offers. */
export const ourEventType = 101;

/**
 * The codec that is common to us and a line: in the line's order (an answer prefers as the offer does, RFC 3264 6.1), but for G.722, which costs us more than
 * it gives where the other leg has none.
 */
export function commonCodec(
  line: MediaDescription,
  abilities: AudioAbilities,
): { codec: AudioCodec; format: string } | undefined {
  const common = line.formats.flatMap((format) => {
    const map = line.rtpmap.get(format);
    const codec = abilities.codecs.find((name) => name === map?.encoding);
    const usable = map?.clockRate === 8000 && map.channels === 1 && payloadType(format) !== undefined;
    return codec && usable ? [{ codec, format }] : [];
  });
  const widebandFirst = abilities.codecs[0] === 'G722';
  return common.find(({ codec }) => (codec === 'G722') === widebandFirst) ?? common[0];
}

/** The format of telephone-event at 8000 Hz on a line. */
export function eventFormat(line: MediaDescription): string | undefined {
  return line.formats.find((format) => {
    const map = line.rtpmap.get(format);
    return map?.encoding === 'TELEPHONE-EVENT' && map.clockRate === 8000 && payloadType(format) !== undefined;
  });
}

/** Whether a line is one we can take: audio over plain RTP, enabled, with an address. */
export function isUsable(line: MediaDescription): boolean {
  return line.kind === 'audio' && /^RTP\/AVPF?$/.test(line.protocol) && line.port !== 0 && line.address !== undefined;
}

/** The direction seen from the other side. */
export function mirrored(direction: Direction): Direction {
  return direction === 'sendonly' ? 'recvonly' : direction === 'recvonly' ? 'sendonly' : direction;
}

/** What both sides allow, seen from us: `ours` is our wish, `theirs` the direction in their description. */
export function agreedDirection(ours: Direction, theirs: Direction): Direction {
  const remote = mirrored(theirs);
  const send = sends(ours) && sends(remote);
  const receive = receives(ours) && receives(remote);
  return send ? (receive ? 'sendrecv' : 'sendonly') : receive ? 'recvonly' : 'inactive';
}

function sends(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'sendonly';
}

function receives(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'recvonly';
}

/** Reads what was agreed on a line of theirs. `inOurs` gives the payload types of our own description. */
export function agree(
  line: MediaDescription,
  mediaIndex: number,
  chosen: { codec: AudioCodec; format: string },
  inOurs: { codec: number; event: number | undefined },
  ours: Direction,
  abilities: AudioAbilities,
): AgreedAudio {
  const event = eventFormat(line);
  const held = isHoldAddress(line.address ?? '');
  return {
    codec: chosen.codec,
    sendPayloadType: payloadType(chosen.format) ?? ourTypes[chosen.codec],
    receivePayloadType: inOurs.codec,
    sendEventPayloadType: event === undefined ? undefined : payloadType(event),
    receiveEventPayloadType: event === undefined ? undefined : inOurs.event,
    ptimeMs: packetTime(line, abilities),
    remoteAddress: line.address ?? '',
    remotePort: line.port,
    remoteRtcpPort: line.rtcpMux ? line.port : (line.rtcpPort ?? Math.min(65_535, line.port + 1)),
    // c=0.0.0.0 is the hold of RFC 2543 (RFC 3264 8.4): there is nowhere to send to.
    direction: agreedDirection(held ? withoutSending(ours) : ours, line.direction),
    mediaIndex,
  };
}

/** The payload type we use for a codec in our offers. */
export function ourPayloadType(codec: AudioCodec): number {
  return ourTypes[codec];
}

function withoutSending(direction: Direction): Direction {
  return receives(direction) ? 'recvonly' : 'inactive';
}

/** Whether the line holds us: nothing of ours is wanted. */
export function isHeld(line: MediaDescription): boolean {
  return line.direction === 'sendonly' || line.direction === 'inactive' || isHoldAddress(line.address ?? '');
}

function isHoldAddress(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

function packetTime(line: MediaDescription, abilities: AudioAbilities): number {
  const asked = line.ptime ?? Math.min(abilities.ptimeMs, line.maxptime ?? abilities.ptimeMs);
  const inRange = Math.min(60, Math.max(10, asked));
  // Whole multiples of 10 ms: samples come in such blocks.
  return Math.floor(inRange / 10) * 10;
}

/** A payload type as a number, or undefined where the format is none. */
export function payloadType(format: string): number | undefined {
  const number = Number(format);
  return /^\d{1,3}$/.test(format) && number <= 127 ? number : undefined;
}

/** Whether a description's media address is one we may send to at all: an IP address, neither multicast nor broadcast. */
export function isSendable(address: string): boolean {
  const kind = isIP(address);
  if (kind === 4) {
    const first = Number(address.split('.')[0]);
    return first > 0 && first < 224;
  }
  return kind === 6 && !/^ff/i.test(address) && address !== '::';
}

/** The first audio line of a description that we can take. */
export function usableAudio(
  description: SessionDescription,
  abilities: AudioAbilities,
): { line: MediaDescription; index: number; codec: AudioCodec; format: string } | undefined {
  for (const [index, line] of description.media.entries()) {
    if (!isUsable(line) || abilities.isForbidden?.(line.address ?? '', line.port)) continue;
    const common = commonCodec(line, abilities);
    if (common) return { line, index, ...common };
  }
  return undefined;
}
