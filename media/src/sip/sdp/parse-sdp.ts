import { SipSyntaxError } from '../sip-errors.js';
import type { Direction, MediaDescription, Origin, RtpMap, SessionDescription } from './session-description.js';

const maxLength = 32_768;
const maxMedia = 32;
const maxFormats = 64;
const maxAttributes = 512;

const staticTypes: Readonly<Record<string, RtpMap>> = {
  '0': { encoding: 'PCMU', clockRate: 8000, channels: 1 },
  '8': { encoding: 'PCMA', clockRate: 8000, channels: 1 },
  '9': { encoding: 'G722', clockRate: 8000, channels: 1 },
};

type Draft = { -readonly [Name in keyof MediaDescription]: MediaDescription[Name] } & {
  rtpmap: Map<string, RtpMap>;
  fmtp: Map<string, string>;
};

/** Reads a session description. Throws `SipSyntaxError` on a broken or oversized one; lines it does not know are passed over. */
export function parseSdp(text: string): SessionDescription {
  if (text.length > maxLength) throw new SipSyntaxError('The SDP is too long.');
  let origin: Origin | undefined;
  let sessionAddress: string | undefined;
  let sessionDirection: Direction | undefined;
  let hasFingerprint = false;
  let attributes = 0;
  const media: Draft[] = [];
  const lines = text.split(/\r\n|\n|\r/);
  if (lines[0] !== 'v=0') throw new SipSyntaxError('SDP must start with v=0.');
  for (const line of lines) {
    if (line === '') continue;
    if (line.charCodeAt(1) !== 0x3d) throw new SipSyntaxError('An SDP line must be a letter, =, and a value.');
    const value = line.slice(2);
    const current = media.at(-1);
    switch (line[0]) {
      case 'o':
        origin ??= parseOrigin(value);
        break;
      case 'c':
        if (current) current.address = parseConnection(value);
        else sessionAddress = parseConnection(value);
        break;
      case 'm':
        if (media.length === maxMedia) throw new SipSyntaxError('There are too many media lines.');
        media.push(parseMedia(value));
        break;
      case 'a':
        if (++attributes > maxAttributes) throw new SipSyntaxError('There are too many attributes.');
        if (current) readAttribute(current, value);
        else if (value.startsWith('fingerprint:')) hasFingerprint = true;
        else sessionDirection = readDirection(value) ?? sessionDirection;
        break;
      default:
        break;
    }
  }
  if (!origin) throw new SipSyntaxError('SDP must have an o= line.');
  const directed = new Set<Draft>(media.filter((line) => line.direction !== unset));
  for (const line of media) {
    line.address ??= sessionAddress;
    line.hasFingerprint ||= hasFingerprint;
    if (!directed.has(line)) line.direction = sessionDirection ?? 'sendrecv';
  }
  return { origin, address: sessionAddress, direction: sessionDirection, media };
}

/** Stands in a draft until a direction was read. */
const unset = '' as Direction;

function parseOrigin(value: string): Origin {
  const [username, sessionId, version, , , address] = value.split(' ');
  if (!username || !address || !/^\d{1,20}$/.test(sessionId ?? '') || !/^\d{1,20}$/.test(version ?? '')) {
    throw new SipSyntaxError('The o= line is broken.');
  }
  return { username, sessionId: sessionId!, version: version!, address };
}

function parseConnection(value: string): string {
  const match = /^IN (IP4|IP6) ([A-Za-z0-9.:_-]{1,255})(?:\/\d+){0,2}\s*$/.exec(value);
  if (!match) throw new SipSyntaxError('A c= line must be IN, IP4 or IP6, and an address.');
  return match[2]!;
}

function parseMedia(value: string): Draft {
  const [kind, portText = '', protocol, ...formats] = value.trim().split(/ +/);
  const port = /^(\d{1,5})(?:\/\d{1,5})?$/.exec(portText);
  if (!kind || !protocol || !port || Number(port[1]) > 65_535) throw new SipSyntaxError('An m= line is broken.');
  if (formats.length > maxFormats) throw new SipSyntaxError('An m= line has too many formats.');
  const rtpmap = new Map<string, RtpMap>();
  for (const format of formats) {
    const known = staticTypes[format];
    if (known) rtpmap.set(format, known);
  }
  return {
    kind,
    port: Number(port[1]),
    protocol,
    formats,
    address: undefined,
    direction: unset,
    rtpmap,
    fmtp: new Map(),
    ptime: undefined,
    maxptime: undefined,
    rtcpPort: undefined,
    rtcpMux: false,
    hasKeys: false,
    hasFingerprint: false,
  };
}

function readDirection(value: string): Direction | undefined {
  const name = value.trim();
  return name === 'sendrecv' || name === 'sendonly' || name === 'recvonly' || name === 'inactive' ? name : undefined;
}

function readAttribute(line: Draft, value: string): void {
  const direction = readDirection(value);
  if (direction) {
    line.direction = direction;
    return;
  }
  const colon = value.indexOf(':');
  const name = colon < 0 ? value.trim() : value.slice(0, colon);
  const rest = colon < 0 ? '' : value.slice(colon + 1).trim();
  if (name === 'rtpmap') {
    const match = /^(\S+) +([A-Za-z0-9._-]+)\/(\d{1,7})(?:\/(\d{1,3}))?/.exec(rest);
    if (match) {
      const [, format, encoding, rate, channels] = match;
      line.rtpmap.set(format!, {
        encoding: encoding!.toUpperCase(),
        clockRate: Number(rate),
        channels: Number(channels ?? 1),
      });
    }
  } else if (name === 'fmtp') {
    const blank = rest.indexOf(' ');
    if (blank > 0) line.fmtp.set(rest.slice(0, blank), rest.slice(blank + 1).trim());
  } else if (name === 'ptime') line.ptime = readNumber(rest);
  else if (name === 'maxptime') line.maxptime = readNumber(rest);
  else if (name === 'rtcp-mux') line.rtcpMux = true;
  else if (name === 'crypto') line.hasKeys ||= isEncrypting(rest);
  else if (name === 'fingerprint') line.hasFingerprint = true;
  else if (name === 'rtcp') {
    const port = readNumber(rest.split(' ')[0] ?? '');
    if (port !== undefined && port > 0 && port <= 65_535) line.rtcpPort = port;
  }
}

/** Keys of a suite that encrypts (RFC 4568 6.2, 6188, 7714), and not for naught (6.3.2). */
function isEncrypting(crypto: string): boolean {
  return /^\d{1,9} +(?:AES|AEAD|F8)_\S+ +inline:/i.test(crypto) && !/\bUNENCRYPTED_SRTP\b/i.test(crypto);
}

function readNumber(text: string): number | undefined {
  return /^\d{1,5}(?:\.\d+)?$/.test(text) ? Math.floor(Number(text)) : undefined;
}
