import type { Listenable } from '@hookswitch/kernel/emitter';
import type { CallerIdentity } from './caller-identity.js';
import type { Diversion } from './diversion.js';
import type { LegSnapshot } from './leg-snapshot.js';
import type { MediaPath } from './media-path.js';
import type { Sound } from './sound.js';
import type { Termination } from './termination.js';
import type { Refer, ReferResult, TransferRequest } from './transfer.js';

/**
 * One leg: a call between the platform and one phone or carrier. It knows sound, digits and signalling, and nothing of accounts, scripts
 * or HTTP.
 *
 * What must hold on every driver:
 * - `status` only moves forward: dialing → ringing → answered → ended; ringing or answered may be skipped.
 * - `ended` is emitted exactly once, after every recording of the leg was stopped and its file closed, and nothing is emitted after it.
 * - Every operation on an ended leg settles at once, without an error: `play` answers `call-ended`, `hangUp` does nothing.
 * - Nothing sounds before media is open: `answer()` or `earlyMedia()` come first on an inbound leg; an outbound leg has media from its first answer SDP.
 *   `play` and `sendDigits` wait for it.
 * - One `play` at a time: a second one interrupts the first. Playing does not disturb others: while it lasts the leg hears the sound instead of whom
 *   it hears otherwise, or over them (`PlayOptions.mode`).
 * - One `collect` at a time: a second one interrupts the first.
 * - Digits pass to those who hear the leg (its peer, the other members of its conference) as well as being emitted.
 */
export interface LiveCall {
  /** The platform's call id, as given at `accept` or `dial`. */
  readonly id: string;
  readonly direction: 'inbound' | 'outbound';
  readonly status: LegStatus;
  /** What signalling says of it. */
  readonly facts: CallFacts;
  readonly events: Listenable<LegEvents>;
  /** Set once ended. */
  readonly termination: Termination | undefined;

  /** Tells the caller that it rings (180). Inbound legs before the answer only; otherwise nothing happens. */
  ring(): void;
  /** Opens media before the answer (183 with SDP), so that the caller hears us. Nothing on an answered leg. */
  earlyMedia(): Promise<void>;
  /** Answers (200). Resolves when media is open; at once on an answered leg. Rejects with `NoCommonCodecError` where the offer cannot be taken. */
  answer(): Promise<void>;
  /** Refuses an inbound leg that is not answered. `status` is a SIP code from 400 to 699. */
  reject(status: number, options?: { reason?: string; retryAfterSeconds?: number; headers?: Headers }): void;
  /** Ends the leg in whatever state it is: CANCEL, BYE or a failure response. `why` becomes its termination where we are the first to end it. */
  hangUp(why?: Partial<Termination>): void;

  /** Plays to the leg, `loops` times (default 1; 0: until stopped). */
  play(sound: Sound, options?: PlayOptions): Promise<PlayResult>;
  /** Collects digits. Digits that came since the last collect are taken first unless `flush` says otherwise. */
  collect(options: CollectOptions): Promise<CollectResult>;
  /** Drops digits that came and were not collected. */
  flushDigits(): void;
  /** Sends digits 0-9 * # A-D in RFC 4733 events (in-band tones where the peer takes none); `w` waits 0.5 s, `W` 1 s. */
  sendDigits(digits: string, options?: { signal?: AbortSignal; toneMs?: number; gapMs?: number }): Promise<void>;
  /** Starts to record the leg: channel 1 is what the leg says, channel 2 what it hears. */
  record(options: RecordOptions): LiveRecording;
  /** Stops sending the leg's own sound onwards (`in`) or any sound to it (`out`). */
  mute(direction: 'in' | 'out', muted: boolean): void;
  /** Figures of the media so far. */
  mediaStats(): Promise<MediaStats>;
  /**
   * Asks the far end to call somebody else instead of us (REFER, RFC 3515), and waits for what it tells of that. The leg stays up, whatever comes of it. Never rejects: a
   * target that is no URI, or no leg that is up, is `refused` with 400, a second REFER while one is out with 491.
   */
  refer(refer: Refer): Promise<ReferResult>;
  /**
   * What a later process needs to go on with this leg (`CallEngine.restore`). Undefined while it is not answered, and where the engine was not told to keep snapshots.
   */
  snapshot(): LegSnapshot | undefined;
  /**
   * What a later process needs to end this leg properly while it has no final answer: told to `CallEngine.restore` it makes no leg, the caller is answered 503 with Retry-After and the
   * phone that rings is let go. Undefined once it is answered or over, where the engine was not told to keep snapshots, and where it finds such calls by itself.
   */
  unansweredSnapshot(): LegSnapshot | undefined;
}

/** A set of SIP headers by name; names are compared without case. */
export type Headers = Readonly<Record<string, string>>;

/** Where a leg stands. `dialing` is an outbound leg with no answer or ringing yet; an inbound one starts at `ringing`. */
export type LegStatus = 'dialing' | 'ringing' | 'answered' | 'ended';

export interface CallFacts {
  /** User part of the caller's identity: P-Asserted-Identity from a trusted trunk, else From. A number or a name; `anonymous` where the caller hides it. */
  readonly from: string;
  readonly fromDisplayName?: string;
  /** The caller asked that nobody be told who calls (RFC 3323, 3325). */
  readonly hidden?: boolean;
  /** Who a trusted trunk says it is although he hides: for trusted trunks and for who may ask by law, never for scripts or other parties. */
  readonly withheld?: CallerIdentity;
  /** The number a phone of ours wants to show (P-Preferred-Identity, RFC 3325 9.2): nobody checked yet whether it may. */
  readonly preferredIdentity?: string;
  /** Who sent the call on before it came here, the last one first, as a trusted trunk told. */
  readonly diversions?: readonly Diversion[];
  /** User part of what was dialled (Request-URI for inbound legs). */
  readonly to: string;
  /** User part of To, where it is another: whom the call was meant for at first. */
  readonly toHeader?: string;
  /** Host part of what was dialled. */
  readonly toHost: string;
  /** Hops the call may still take (Max-Forwards), this one included. */
  readonly maxForwards?: number;
  /** The SIP Call-ID. */
  readonly sipCallId: string;
  /** Signalling peer as `address:port`. */
  readonly remoteAddress: string;
  readonly transport: 'udp' | 'tcp' | 'tls' | 'ws' | 'wss' | 'none';
  /** How its sound travels; absent before that is agreed, and where the engine does not know. */
  readonly mediaPath?: MediaPath;
  /** Extension headers (X-…, User-to-User, Diversion, P-Asserted-Identity …) of the INVITE. */
  readonly headers: Headers;
}

export type LegEvents = {
  /** The far end rings (a 180, or a 183 without SDP). Outbound legs only; may come more than once. */
  ringing: [];
  /** The far end sends sound before it answered (18x with SDP). */
  earlyMedia: [];
  /** Answered, by either side. At most once. */
  answered: [];
  /** A digit began (RFC 4733, INFO, or in-band where enabled). Exactly once a key press. */
  digit: [digit: string];
  /** The far end put us on hold (re-INVITE with sendonly or inactive), or took us back. */
  held: [];
  resumed: [];
  /** The far end asks that whoever it talks to be connected with somebody else. See `TransferRequest`. */
  referred: [request: TransferRequest];
  /** Another dialog took the place of the leg's own (INVITE with Replaces): another phone has the call now. `facts` say which. */
  replaced: [];
  /** `snapshot` is another than before: answered, a request sent, the far end or its media elsewhere, replaced. Only where the engine keeps snapshots. */
  snapshotChanged: [];
  /** A SIP message that matters to whoever reads the call's timeline: `180 Ringing`, `INVITE (re)`, `BYE` … */
  signalling: [entry: SignallingEntry];
  /** The last event of the leg. */
  ended: [termination: Termination, media: MediaStats];
};

export interface SignallingEntry {
  readonly sent: boolean;
  /** `INVITE`, `180 Ringing` … */
  readonly line: string;
}

export interface PlayOptions {
  readonly signal?: AbortSignal;
  /** Default 1; 0 plays until stopped. */
  readonly loops?: number;
  /**
   * What becomes of whom the leg hears meanwhile: nothing of them (`instead`, default), both together (`over`), or both with the others 12 dB
   * quieter (`ducked`). The mode counts where the leg is connected, or in a conference.
   */
  readonly mode?: 'instead' | 'over' | 'ducked';
}

export interface PlayResult {
  readonly end: 'finished' | 'interrupted' | 'call-ended';
  /** How much of it was sent, milliseconds. */
  readonly playedMs: number;
}

export interface CollectOptions {
  /** Stops after so many digits. Default: no limit. */
  readonly maxDigits?: number;
  /** Any of these keys ends the collection and is not part of the digits. '' for none. */
  readonly finishOnKey: string;
  /** Time for the first digit, from now, milliseconds. Undefined: for ever (until the signal). */
  readonly firstDigitTimeoutMs?: number;
  /** Time for each further digit, milliseconds. */
  readonly interDigitTimeoutMs: number;
  /** Also listen for in-band tones. Default false. */
  readonly inband?: boolean;
  /** Forget digits that came before. Default false. */
  readonly flush?: boolean;
  readonly signal?: AbortSignal;
}

export interface CollectResult {
  readonly digits: string;
  readonly end: 'complete' | 'finish-key' | 'timeout' | 'interrupted' | 'call-ended';
  /** The key that ended it, for `finish-key`. */
  readonly finishKey?: string;
}

export interface RecordOptions {
  readonly recordingId: string;
  /** File to write (WAV, 16-bit, 8 kHz). Its folder exists. A side file `<path>.json` says enough to finish it after a crash. */
  readonly path: string;
  /** 1: both directions mixed; 2: said on channel 1, heard on channel 2. */
  readonly channels: 1 | 2;
  /** Which directions. `said` alone is what a voicemail wants. Default both. */
  readonly directions?: 'said' | 'heard' | 'both';
  /** Ends the recording by itself after so long. Default: no limit. */
  readonly maxDurationMs?: number;
  /** Ends it after so much silence from the leg. Default: never. */
  readonly silenceTimeoutMs?: number;
}

/**
 * A recording under way. Ends by `stop`, by a limit of its own, or with the leg; `finished` resolves in every case. It begins when the leg's media
 * is open; where that never happens it has length 0 and no file.
 */
export interface LiveRecording {
  readonly id: string;
  /** `skip` leaves the pause out of the file; `silence` fills it. */
  pause(mode: 'skip' | 'silence'): void;
  resume(): void;
  stop(): Promise<CapturedFile>;
  readonly finished: Promise<CapturedFile>;
}

export interface CapturedFile {
  readonly recordingId: string;
  readonly path: string;
  readonly channels: 1 | 2;
  readonly sampleRate: number;
  readonly durationMs: number;
  /** Start, milliseconds since the epoch. */
  readonly startedAt: number;
  readonly end: 'stopped' | 'max-duration' | 'silence' | 'call-ended' | 'write-failed';
}

/** What a leg's media came to (RFC 3550), for the CDR. */
export interface MediaStats {
  readonly codec: string | undefined;
  readonly packetsSent: number;
  readonly packetsReceived: number;
  /** Packets that never came, by sequence numbers. */
  readonly packetsLost: number;
  /** Interarrival jitter, RFC 3550 6.4.1, milliseconds. */
  readonly jitterMs: number;
  /** Round trip from RTCP, milliseconds, where the peer sends RTCP. */
  readonly roundTripMs: number | undefined;
  /** Loss the peer reports of what we sent, 0 to 1, where it sends RTCP. */
  readonly remoteLossFraction: number | undefined;
  /** Estimated listening quality, 1 to 4.5 (E-model, ITU-T G.107, simplified). Undefined where nothing was received. */
  readonly mos: number | undefined;
}

/** A leg that had no media. */
export const noMedia: MediaStats = {
  codec: undefined,
  packetsSent: 0,
  packetsReceived: 0,
  packetsLost: 0,
  jitterMs: 0,
  roundTripMs: undefined,
  remoteLossFraction: undefined,
  mos: undefined,
};
