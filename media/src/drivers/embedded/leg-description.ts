import type { Random } from '@hookswitch/kernel/random';
import { randomInteger } from '@hookswitch/kernel/random';
import type { SoundCodec } from '../../audio/g711.js';
import { NoCommonCodecError } from '../../port/engine-errors.js';
import type { AgreedAudio, AudioAbilities, AudioCodec } from '../../sip/sdp/audio-negotiation.js';
import { SdpNegotiator, type SdpSnapshot } from '../../sip/sdp/offer-answer.js';
import { NoCommonFormatError } from '../../sip/sip-errors.js';
import type { LegRemote } from './media-plane/media-plane.js';
import type { RelayedSession } from './relay/relayed-session.js';

/** What offer and answer came to, in the media plane's words. */
export interface MediaTerms {
  readonly remote: Omit<LegRemote, 'signallingSourceAddress'>;
  /** The far end put us on hold. */
  readonly held: boolean;
}

const soundCodecs: Readonly<Record<AudioCodec, SoundCodec>> = { PCMU: 'pcmu', PCMA: 'pcma', G722: 'g722' };

/** Our side of one session's media: its offers and answers, with what must stay the same between them. */
export class LegDescription {
  /** What our descriptions pass on their way to the far end, and its on their way here; undefined where they go straight. */
  readonly relayed: RelayedSession | undefined;
  readonly #negotiator: SdpNegotiator;

  private constructor(negotiator: SdpNegotiator, relayed: RelayedSession | undefined) {
    this.relayed = relayed;
    this.#negotiator = negotiator;
  }

  /** `address` and `port`: where the far end, or the relay, should send. */
  static make(
    address: string,
    port: number,
    { random, audio }: { readonly random: Random; readonly audio: AudioAbilities },
    relayed?: RelayedSession,
  ): LegDescription {
    const sessionId = randomInteger(random, 1, 2 ** 47);
    return new LegDescription(new SdpNegotiator({ address, port, abilities: audio, sessionId }), relayed);
  }

  /** That of a former process. */
  static restored(snapshot: SdpSnapshot, audio: AudioAbilities, relayed: RelayedSession | undefined): LegDescription {
    return new LegDescription(SdpNegotiator.restored(snapshot, audio), relayed);
  }

  snapshot(): SdpSnapshot {
    return this.#negotiator.snapshot();
  }

  /** A twin for another fork of the same INVITE, which goes on from here by itself. */
  copy(): LegDescription {
    return new LegDescription(this.#negotiator.copy(), this.relayed);
  }

  offer(): string {
    return this.#negotiator.offer();
  }

  /** Answers an offer. Throws `NoCommonCodecError` where it cannot be taken, `SipSyntaxError` where it cannot be read. */
  answer(offer: string): { sdp: string; terms: MediaTerms } {
    const { sdp, audio, held } = withOurError(() => this.#negotiator.answer(offer));
    return { sdp, terms: { remote: remoteOf(audio), held } };
  }

  /** Reads the answer to our last offer. Throws as `answer` does. */
  takeAnswer(answer: string): MediaTerms {
    const { audio, held } = withOurError(() => this.#negotiator.accept(answer));
    return { remote: remoteOf(audio), held };
  }
}

function remoteOf(audio: AgreedAudio): MediaTerms['remote'] {
  return {
    address: audio.remoteAddress,
    port: audio.remotePort,
    rtcpPort: audio.remoteRtcpPort,
    codec: soundCodecs[audio.codec],
    codecPayloadType: audio.sendPayloadType,
    ptimeMs: audio.ptimeMs,
    direction: audio.direction,
    ...(audio.sendEventPayloadType === undefined ? {} : { telephoneEventPayloadType: audio.sendEventPayloadType }),
  };
}

function withOurError<Result>(negotiate: () => Result): Result {
  try {
    return negotiate();
  } catch (error) {
    if (error instanceof NoCommonFormatError) throw new NoCommonCodecError(error.offered);
    throw error;
  }
}
