/** Bytes of an RTP header without CSRC list or extension (RFC 3550 5.1). */
export const rtpHeaderLength = 12;

/** Largest datagram we look at: an Ethernet MTU. G.711 at 60 ms is 492 bytes. */
export const maxRtpLength = 1500;

/** What `parseRtp` fills in. Made once and used again, so that the hot path allocates nothing. */
export class RtpFields {
  payloadType = 0;
  marker = false;
  sequence = 0;
  timestamp = 0;
  ssrc = 0;
  /** Payload is `bytes[payloadStart … payloadEnd)`; may be empty. */
  payloadStart = 0;
  payloadEnd = 0;
}

/**
 * Reads an RTP packet (RFC 3550 5.1) into `into`. Answers false, with `into` in no particular state, for anything that is not
 * RTP version 2 with a header, CSRC list, extension and padding that fit: never throws, whatever the bytes.
 */
export function parseRtp(bytes: Uint8Array, into: RtpFields): boolean {
  const length = bytes.length;
  if (length < rtpHeaderLength || length > maxRtpLength) return false;
  const first = bytes[0]!;
  if (first >> 6 !== 2) return false;
  const second = bytes[1]!;
  let start = rtpHeaderLength + (first & 0x0f) * 4;
  if (first & 0x10) {
    if (start + 4 > length) return false;
    start += 4 + ((bytes[start + 2]! << 8) | bytes[start + 3]!) * 4;
  }
  if (start > length) return false;
  let end = length;
  if (first & 0x20) {
    const padding = bytes[length - 1]!;
    if (padding === 0 || start + padding > length) return false;
    end -= padding;
  }
  into.marker = second >= 0x80;
  into.payloadType = second & 0x7f;
  into.sequence = (bytes[2]! << 8) | bytes[3]!;
  into.timestamp = readUint32(bytes, 4);
  into.ssrc = readUint32(bytes, 8);
  into.payloadStart = start;
  into.payloadEnd = end;
  return true;
}

/** Writes a plain 12-byte header at the start of `bytes`. Numbers are cut to their width. */
export function writeRtpHeader(
  bytes: Uint8Array,
  payloadType: number,
  marker: boolean,
  sequence: number,
  timestamp: number,
  ssrc: number,
): void {
  bytes[0] = 0x80;
  bytes[1] = (payloadType & 0x7f) | (marker ? 0x80 : 0);
  bytes[2] = sequence >> 8;
  bytes[3] = sequence;
  writeUint32(bytes, 4, timestamp);
  writeUint32(bytes, 8, ssrc);
}

/** An unsigned 32-bit number in network order; the caller has checked the bounds. */
export function readUint32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

export function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}
