import { readUint32, writeUint32 } from './rtp-packet.js';

/** RTCP packet types (RFC 3550 12.1). */
export const rtcpTypes = { sr: 200, rr: 201, sdes: 202, bye: 203 } as const;

/** One report block (RFC 3550 6.4.1). Times are in the units of the wire: 1/65536 s. */
export interface ReportBlock {
  readonly ssrc: number;
  /** 0 to 255: lost since the last report, in 1/256. */
  readonly fractionLost: number;
  /** Signed 24-bit. */
  readonly cumulativeLost: number;
  readonly highestSequence: number;
  /** In timestamp units. */
  readonly jitter: number;
  /** Middle 32 bits of the NTP time of the last sender report; 0 for none. */
  readonly lastSr: number;
  readonly delaySinceLastSr: number;
}

export interface SenderInfo {
  readonly ntpSeconds: number;
  readonly ntpFraction: number;
  readonly rtpTimestamp: number;
  readonly packets: number;
  readonly octets: number;
}

/** What we read of a compound packet. */
export interface RtcpReading {
  /** Who sent the (first) report. */
  readonly ssrc: number;
  readonly sender: SenderInfo | undefined;
  readonly blocks: readonly ReportBlock[];
  readonly bye: boolean;
}

/**
 * Reads a compound RTCP packet (RFC 3550 6.1, A.2). Undefined for anything that does not begin with a well-formed sender or
 * receiver report, or whose lengths do not add up; unknown packet types inside are passed over. Never throws.
 */
export function parseRtcp(bytes: Uint8Array): RtcpReading | undefined {
  if (bytes.length < 8 || bytes.length > 1500) return undefined;
  let at = 0;
  let ssrc = 0;
  let sender: SenderInfo | undefined;
  let bye = false;
  const blocks: ReportBlock[] = [];
  for (let first = true; at < bytes.length; first = false) {
    if (at + 4 > bytes.length || bytes[at]! >> 6 !== 2) return undefined;
    const count = bytes[at]! & 0x1f;
    const type = bytes[at + 1]!;
    const end = at + 4 + ((bytes[at + 2]! << 8) | bytes[at + 3]!) * 4;
    if (end > bytes.length) return undefined;
    if (first && type !== rtcpTypes.sr && type !== rtcpTypes.rr) return undefined;
    if (type === rtcpTypes.sr || type === rtcpTypes.rr) {
      const blocksAt = at + (type === rtcpTypes.sr ? 28 : 8);
      if (blocksAt + count * 24 > end) return undefined;
      if (first) ssrc = readUint32(bytes, at + 4);
      if (type === rtcpTypes.sr) sender = readSenderInfo(bytes, at + 8);
      for (let block = 0; block < count; block++) blocks.push(readBlock(bytes, blocksAt + block * 24));
    } else if (type === rtcpTypes.bye) {
      bye = true;
    }
    at = end;
  }
  return { ssrc, sender, blocks, bye };
}

export interface RtcpReport {
  readonly ssrc: number;
  readonly cname: string;
  /** Present where we sent since the report before: makes it a sender report. */
  readonly sender?: SenderInfo;
  readonly blocks: readonly ReportBlock[];
  /** Say that we leave. */
  readonly bye?: boolean;
}

/** Builds a compound packet: SR or RR, SDES with the CNAME, BYE where asked (RFC 3550 6.1). At most 31 blocks. */
export function buildRtcp(report: RtcpReport): Uint8Array {
  const cname = new TextEncoder().encode(report.cname).subarray(0, 255);
  const blocks = report.blocks.slice(0, 31);
  const reportLength = (report.sender ? 28 : 8) + blocks.length * 24;
  // SSRC, CNAME item, then one to four zero bytes up to a 32-bit border.
  const chunkLength = 4 + 2 + cname.length;
  const sdesLength = 4 + chunkLength + (4 - (chunkLength % 4));
  const bytes = new Uint8Array(reportLength + sdesLength + (report.bye ? 8 : 0));
  writeHead(bytes, 0, blocks.length, report.sender ? rtcpTypes.sr : rtcpTypes.rr, reportLength);
  writeUint32(bytes, 4, report.ssrc);
  let at = 8;
  if (report.sender) {
    writeUint32(bytes, 8, report.sender.ntpSeconds);
    writeUint32(bytes, 12, report.sender.ntpFraction);
    writeUint32(bytes, 16, report.sender.rtpTimestamp);
    writeUint32(bytes, 20, report.sender.packets);
    writeUint32(bytes, 24, report.sender.octets);
    at = 28;
  }
  for (const block of blocks) {
    writeBlock(bytes, at, block);
    at += 24;
  }
  writeHead(bytes, at, 1, rtcpTypes.sdes, sdesLength);
  writeUint32(bytes, at + 4, report.ssrc);
  bytes[at + 8] = 1;
  bytes[at + 9] = cname.length;
  bytes.set(cname, at + 10);
  at += sdesLength;
  if (report.bye) {
    writeHead(bytes, at, 1, rtcpTypes.bye, 8);
    writeUint32(bytes, at + 4, report.ssrc);
  }
  return bytes;
}

/** Whether a datagram on a port shared by RTP and RTCP is RTCP (RFC 5761 4): packet types 192 to 223. */
export function isRtcp(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && bytes[1]! >= 192 && bytes[1]! <= 223;
}

function writeHead(bytes: Uint8Array, at: number, count: number, type: number, length: number): void {
  bytes[at] = 0x80 | count;
  bytes[at + 1] = type;
  const words = length / 4 - 1;
  bytes[at + 2] = words >> 8;
  bytes[at + 3] = words;
}

function readSenderInfo(bytes: Uint8Array, at: number): SenderInfo {
  return {
    ntpSeconds: readUint32(bytes, at),
    ntpFraction: readUint32(bytes, at + 4),
    rtpTimestamp: readUint32(bytes, at + 8),
    packets: readUint32(bytes, at + 12),
    octets: readUint32(bytes, at + 16),
  };
}

function readBlock(bytes: Uint8Array, at: number): ReportBlock {
  const loss = readUint32(bytes, at + 4);
  return {
    ssrc: readUint32(bytes, at),
    fractionLost: loss >>> 24,
    cumulativeLost: (loss << 8) >> 8,
    highestSequence: readUint32(bytes, at + 8),
    jitter: readUint32(bytes, at + 12),
    lastSr: readUint32(bytes, at + 16),
    delaySinceLastSr: readUint32(bytes, at + 20),
  };
}

function writeBlock(bytes: Uint8Array, at: number, block: ReportBlock): void {
  writeUint32(bytes, at, block.ssrc);
  writeUint32(bytes, at + 4, ((block.fractionLost & 0xff) << 24) | (block.cumulativeLost & 0xffffff));
  writeUint32(bytes, at + 8, block.highestSequence);
  writeUint32(bytes, at + 12, block.jitter);
  writeUint32(bytes, at + 16, block.lastSr);
  writeUint32(bytes, at + 20, block.delaySinceLastSr);
}
