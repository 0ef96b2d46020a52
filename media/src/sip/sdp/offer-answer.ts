import { NoCommonFormatError, SipSyntaxError } from '../sip-errors.js';
import {
  type AgreedAudio,
  type AudioAbilities,
  agree,
  agreedDirection,
  eventFormat,
  isHeld,
  isSendable,
  ourEventType,
  ourPayloadType,
  payloadType,
  usableAudio,
} from './audio-negotiation.js';
import { parseSdp } from './parse-sdp.js';
import type { Direction, MediaDescription, SessionDescription } from './session-description.js';

export interface SdpEndpoint {
  /** Address we are reached at (advertised). */
  readonly address: string;
  readonly port: number;
  readonly abilities: AudioAbilities;
  /** o= session id: a number unique to this leg, below 2^53. */
  readonly sessionId: number;
}

/** A description we can send, and what it agrees on where it answers one. */
export interface AnswerResult {
  readonly sdp: string;
  readonly audio: AgreedAudio;
  /** The peer's description puts us on hold. */
  readonly held: boolean;
}

/** A negotiator as plain data: what stays the same between the descriptions of one leg. */
export interface SdpSnapshot {
  readonly address: string;
  readonly port: number;
  readonly sessionId: number;
  readonly version: number;
  readonly lines: readonly OurLine[];
  readonly direction: Direction;
}

/** Versions that may have gone out after the snapshot. */
const skippedVersions = 10;

/**
 * Offer and answer for one audio stream (RFC 3264), and all that stays the same between the descriptions of one leg: the session id, the version that
 * goes up by one exactly when something changes (8), the number and order of media lines, payload types once used.
 */
export class SdpNegotiator {
  readonly #endpoint: SdpEndpoint;
  #version = 0;
  /** Our last description after its o= line. */
  #lastBody: string | undefined;
  /** Our lines, as both sides know them; a rejected one keeps its place. */
  #lines: readonly OurLine[] = [];
  #direction: Direction = 'sendrecv';

  constructor(endpoint: SdpEndpoint) {
    this.#endpoint = endpoint;
  }

  /** Goes on where that of a former process was. Its next description has a higher version than any that can have gone out since. */
  static restored({ address, port, sessionId, ...state }: SdpSnapshot, abilities: AudioAbilities): SdpNegotiator {
    const negotiator = new SdpNegotiator({ address, port, sessionId, abilities });
    negotiator.#version = state.version + skippedVersions;
    negotiator.#lines = state.lines;
    negotiator.#direction = state.direction;
    return negotiator;
  }

  snapshot(): SdpSnapshot {
    const { address, port, sessionId } = this.#endpoint;
    return { address, port, sessionId, version: this.#version, lines: this.#lines, direction: this.#direction };
  }

  /** A twin that goes on from here by itself: another fork of the same INVITE. */
  copy(): SdpNegotiator {
    const twin = new SdpNegotiator(this.#endpoint);
    twin.#version = this.#version;
    twin.#lastBody = this.#lastBody;
    twin.#lines = this.#lines;
    twin.#direction = this.#direction;
    return twin;
  }

  /** Our offer: first, on hold (`sendonly`, `inactive`), or in a re-INVITE. Asking twice without a change gives the same text. */
  offer(direction: Direction = 'sendrecv'): string {
    this.#direction = direction;
    const { codecs } = this.#endpoint.abilities;
    const chosen = this.#lines.find((line) => line.kind === 'audio' && line.formats !== undefined);
    if (chosen) {
      this.#lines = this.#lines.map((line) => (line === chosen ? { ...line, direction } : line));
    } else {
      const formats = codecs.map((codec) => ({ type: ourPayloadType(codec), name: codec as string }));
      this.#lines = [
        ...this.#lines,
        { kind: 'audio', protocol: 'RTP/AVP', rejectedFormats: ['0'], direction, formats, eventType: ourEventType },
      ];
    }
    return this.#write();
  }

  /**
   * Answers an offer. Throws `NoCommonFormatError` (answer 488) where no line can be taken, `SipSyntaxError` (400) where it cannot be read. Nothing
   * changes when it throws. `ours` is what we would like: `sendrecv`, unless we hold the peer.
   */
  answer(offerText: string, ours: Direction = 'sendrecv'): AnswerResult {
    const offer = parseSdp(offerText);
    const { abilities } = this.#endpoint;
    const usable = usableAudio(offer, abilities);
    if (!usable) throw new NoCommonFormatError(namesOf(offer));
    const { line, index, codec, format } = usable;
    checkAddress(line);
    const event = eventFormat(line);
    // The answer uses the offer's numbers, so that both directions agree (6.1).
    const type = payloadType(format) ?? ourPayloadType(codec);
    const eventType = event === undefined ? undefined : payloadType(event);
    const audio = agree(line, index, { codec, format }, { codec: type, event: eventType }, ours, abilities);
    this.#direction = ours;
    this.#lines = offer.media.map((offered, at) =>
      at === index
        ? {
            kind: offered.kind,
            protocol: offered.protocol,
            rejectedFormats: offered.formats,
            direction: agreedDirection(ours, offered.direction),
            formats: [{ type, name: codec }],
            eventType,
          }
        : {
            kind: offered.kind,
            protocol: offered.protocol,
            rejectedFormats: offered.formats,
            direction: 'sendrecv',
            formats: undefined,
            eventType: undefined,
          },
    );
    return { sdp: this.#write(), audio, held: isHeld(line) };
  }

  /** Reads the answer to our last offer. Throws as `answer` does. */
  accept(answerText: string): { audio: AgreedAudio; held: boolean } {
    const answer = parseSdp(answerText);
    const { abilities } = this.#endpoint;
    const usable = usableAudio(answer, abilities);
    if (!usable) throw new NoCommonFormatError(namesOf(answer));
    const { line, index, codec, format } = usable;
    const own = this.#lines[index];
    if (!own?.formats) throw new NoCommonFormatError(namesOf(answer));
    checkAddress(line);
    const receive = own.formats.find((offered) => offered.name === codec)?.type ?? ourPayloadType(codec);
    const audio = agree(
      line,
      index,
      { codec, format },
      { codec: receive, event: own.eventType },
      this.#direction,
      abilities,
    );
    return { audio, held: isHeld(line) };
  }

  #write(): string {
    const { address, port, abilities, sessionId } = this.#endpoint;
    const family = address.includes(':') ? 'IP6' : 'IP4';
    const lines = ['s=-', `c=IN ${family} ${address}`, 't=0 0'];
    for (const line of this.#lines) {
      if (!line.formats) {
        lines.push(`m=${line.kind} 0 ${line.protocol} ${line.rejectedFormats.join(' ') || '0'}`);
        continue;
      }
      const types = [
        ...line.formats.map(({ type }) => type),
        ...(line.eventType === undefined ? [] : [line.eventType]),
      ];
      lines.push(`m=${line.kind} ${port} ${line.protocol} ${types.join(' ')}`);
      for (const { type, name } of line.formats) lines.push(`a=rtpmap:${type} ${name}/8000`);
      if (line.eventType !== undefined) {
        lines.push(`a=rtpmap:${line.eventType} telephone-event/8000`, `a=fmtp:${line.eventType} 0-15`);
      }
      lines.push(`a=ptime:${abilities.ptimeMs}`, `a=${line.direction}`);
    }
    const body = `${lines.join('\r\n')}\r\n`;
    if (this.#lastBody !== body) this.#version++;
    this.#lastBody = body;
    return `v=0\r\no=- ${sessionId} ${this.#version} IN ${family} ${address}\r\n${body}`;
  }
}

/** A line of our description. */
export interface OurLine {
  readonly kind: string;
  readonly protocol: string;
  /** What a rejected line repeats. */
  readonly rejectedFormats: readonly string[];
  readonly direction: Direction;
  /** Undefined for a line we rejected. */
  readonly formats: readonly { readonly type: number; readonly name: string }[] | undefined;
  readonly eventType: number | undefined;
}

function namesOf(description: SessionDescription): string[] {
  return description.media
    .flatMap((line) => line.formats.map((format) => line.rtpmap.get(format)?.encoding ?? `${line.kind} ${format}`))
    .slice(0, 10);
}

/** Media to a group or to everybody is a weapon, not a call. */
function checkAddress(line: MediaDescription): void {
  if (!isHeld(line) && !isSendable(line.address ?? '')) {
    throw new SipSyntaxError('The media address must be a unicast IP address.');
  }
}
