import type { Listenable } from '@hookswitch/kernel/emitter';
import type { CapturedFile, MediaStats, PlayOptions, PlayResult, RecordOptions } from '../../../port/live-call.js';
import type { Sound } from '../../../port/sound.js';

/**
 * The half of the embedded engine that owns RTP: ports, packets, sound, digits, recordings. It knows legs by the id
 * the signalling side chose, and nothing of SIP. Commands go in, events and settled promises come out; nothing else
 * crosses, so that it can live in a worker thread or, on a virtual clock, in the caller's own.
 *
 * What must hold on every implementation:
 * - Every command but `open` is harmless on a leg that is unknown or closed: it does nothing, and what it promises
 *   settles at once (`play` as `call-ended`).
 * - Nothing is sent before `setRemote`, and nothing ever to an address that neither signalling named nor latching found.
 * - A pressed key is one `digit`, however many packets carry it.
 * - `close` resolves after every recording of the leg is on disk and every promise of the leg is settled; no event of
 *   the leg comes after it.
 * - After `stop` every port, timer and file is closed.
 * - A control that goes without `stop` leaves everything as it is, where the plane outlives it: legs hear each other, plays, digits and
 *   recordings go on, and what was promised to it is nobody's. The next one calls `takeOver`.
 */
export interface MediaPlane {
  readonly events: Listenable<MediaPlaneEvents>;
  /**
   * Takes over what a former control left open: once, before anything else. Legs that are named and still open are told, in the order of their
   * opening, and go on undisturbed; the others are closed (their recordings are finished, and told to nobody). A control that takes over nothing may leave the
   * call away: its first `open` closes what is left. Never rejects: where there is nothing, or no plane, it answers none.
   *
   * Rooms keep their sound and lose their names, so that none of the new control's can meet one of the old's. The first `setRoom` that names a leg
   * of such a room takes the room's place: between legs that are in both, not a packet is lost. Mutes, hold music, listening for in-band tones and
   * latched addresses stay. Ids of legs must not be used again by the new control; those of plays, digits and recordings are each leg's own.
   */
  takeOver(legIds: readonly string[]): Promise<readonly OpenLeg[]>;
  /**
   * Binds up to `count` pairs of ports ahead, for `open` to name, and answers their RTP ports: fewer, or none, where the range is small or full. They are no
   * leg's, so gauges leave them out. Whoever takes over, and `stop`, lets go of those that no leg has.
   */
  prepare(bindAddress: string, count: number): Promise<readonly number[]>;
  /** Lets go of a pair that was prepared and that no leg has. */
  releasePrepared(bindAddress: string, port: number): void;
  /** Takes a pair of ports, RTP on an even one and RTCP on the next. Rejects with `NoMediaPortError` where none is free. */
  open(legId: string, options: OpenLegOptions): Promise<{ readonly port: number }>;
  /**
   * Says where and how to send, as signalling has it (RFC 3264). Called again with a new address it starts latching
   * anew; with the same address and port it keeps what was latched.
   */
  setRemote(legId: string, remote: LegRemote): void;
  /**
   * Plays `loops` times (0: until stopped). A tone whose cadence has several parts repeats until stopped, unless asked for
   * more than one turn. A second play interrupts the first. What becomes of others it hears is `PlayOptions.mode`.
   */
  play(legId: string, playId: string, sound: Sound, how?: PlayHow): Promise<PlayResult>;
  /** Interrupts that play; any other one goes on. */
  stopPlay(legId: string, playId: string): void;
  /**
   * Sends digits 0-9 * # A-D as RFC 4733 events, or as tones where the peer takes no events; `w` waits 0.5 s, `W` 1 s.
   * Resolves when all are sent, cancelled or the leg is closed. Digits asked for meanwhile queue up.
   */
  sendDigits(legId: string, sendId: string, digits: string, options?: SendDigitsOptions): Promise<void>;
  /** Drops what is not yet sent of it. */
  cancelDigits(legId: string, sendId: string): void;
  /** What the leg is sent, looped, while nothing is played to it: it hears that and nobody else. Undefined ends it. */
  setHoldMusic(legId: string, music: Sound | undefined): void;
  /**
   * From now on each of these legs hears exactly those listed for it; legs that were in the room and are not named hear nobody and are heard by
   * nobody. An empty list closes the room. A leg is in one room: naming it takes it out of another. A leg that hears one other only is sent that
   * one's packets as they come; one that hears several, or one under a prompt, is sent a mix. Keys pass to those who hear the leg.
   */
  setRoom(roomId: string, listening: readonly Listening[]): void;
  /** Records the leg. Resolves, never rejects, once the recording ended for any reason and its file is closed. */
  startRecording(legId: string, options: RecordOptions): Promise<CapturedFile>;
  /**
   * What `startRecording` promised to a former control: resolves, never rejects, with the file of a recording that `takeOver` told of, at once where it
   * ended meanwhile. May be asked for again.
   */
  followRecording(legId: string, options: RecordOptions): Promise<CapturedFile>;
  pauseRecording(legId: string, recordingId: string, mode: 'skip' | 'silence'): void;
  resumeRecording(legId: string, recordingId: string): void;
  stopRecording(legId: string, recordingId: string): void;
  /** `in`: what the leg says goes nowhere (digits are still reported). `out`: the leg is sent no sound. */
  mute(legId: string, direction: 'in' | 'out', muted: boolean): void;
  /** Listens for DTMF tones in the leg's sound, besides RFC 4733. */
  enableInbandDigits(legId: string, enabled: boolean): void;
  /** The leg's figures so far; `noMedia` for a leg that is not open. */
  stats(legId: string): Promise<MediaStats>;
  /** Ends everything of the leg and frees its ports. */
  close(legId: string): Promise<MediaStats>;
  /** What is open. */
  gauges(): MediaPlaneGauges;
  /** Why no leg can be opened now, as the end of a sentence; undefined where one can, as far as is known. */
  whyNot(): string | undefined;
  /** How the plane keeps up, since the last time this was asked. */
  load(): Promise<MediaPlaneLoad>;
  /** Closes every leg, then the plane. */
  stop(): Promise<void>;
}

/** What a plane says by itself. The first value is always the leg's id. */
export type MediaPlaneEvents = {
  /** A key was pressed. Once a press, when its first sign arrives. */
  digit: [legId: string, digit: string, via: 'rtp' | 'inband'];
  /** Nothing came in for the media-loss time. Once, until something comes in again. Not on legs that are held. */
  mediaLost: [legId: string];
  /** The plane ended, and the leg with it: its ports are closed. */
  gone: [legId: string, why: Error];
  /** Sending to the peer fails (a local error such as ENETUNREACH; `internal-error` where a command failed). Once for each `setRemote`. */
  sendFailed: [legId: string, code: string];
};

export interface OpenLegOptions {
  /** Local address to bind, IPv4 or IPv6. */
  readonly bindAddress: string;
  /** One of the ports that `prepare` bound there: the leg is open at once, for whatever is asked of it next. Default: any that is free. */
  readonly port?: number;
}

/** A leg that a former control left open. */
export interface OpenLeg {
  readonly legId: string;
  /** Its RTP port; RTCP has the next. */
  readonly port: number;
  /** As `setRemote` was called last; undefined where it never was. */
  readonly remote: LegRemote | undefined;
  /** Legs that it hears now. */
  readonly hears: readonly string[];
  /**
   * Its recordings, first the oldest: those that run, and those that ended on this leg, whether or not somebody was told (who was may not have lived to
   * write it down).
   */
  readonly recordings: readonly OpenRecording[];
  /** Keys pressed since the former control was lost, in order. */
  readonly digits: string;
  /** Nothing comes in from its peer: `mediaLost` was emitted, maybe while nobody listened. */
  readonly mediaLost: boolean;
  readonly stats: MediaStats;
}

/** A recording that a former control began. */
export interface OpenRecording {
  readonly options: RecordOptions;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly paused: 'skip' | 'silence' | undefined;
  /** Whether it still runs. */
  readonly running: boolean;
}

/** Whom a leg hears. */
export interface Listening {
  readonly legId: string;
  readonly hears: readonly string[];
}

/** How a sound is played: see `PlayOptions`. */
export type PlayHow = Pick<PlayOptions, 'loops' | 'mode'>;

export interface SendDigitsOptions {
  /** Length of each digit, milliseconds. Default 100. */
  readonly toneMs?: number;
  /** Pause after each digit, milliseconds. Default 60. */
  readonly gapMs?: number;
}

/** The far end of a leg's media, after offer and answer. */
export interface LegRemote {
  /** From the c= line: an IP address, never a name. */
  readonly address: string;
  /** From the m= line. 0: nothing is sent. */
  readonly port: number;
  /** From `a=rtcp`. Default: `port` where `rtcpMux`, else `port` + 1. */
  readonly rtcpPort?: number;
  /** RFC 5761, when agreed. RTCP then goes to and comes on the RTP port. */
  readonly rtcpMux?: boolean;
  /** G.722 has 16 kHz; its clock in RTP is 8000 all the same (RFC 3551 4.5.2). */
  readonly codec: 'pcmu' | 'pcma' | 'g722';
  /** Payload type of the codec. Default: the static one of RFC 3551 (0, 8, 9). */
  readonly codecPayloadType?: number;
  /** Payload type of telephone-event at 8000 Hz, where agreed. */
  readonly telephoneEventPayloadType?: number;
  /** Milliseconds of sound in a packet we send: 10, 20, 30, 40 or 60. Others become 20. */
  readonly ptimeMs: number;
  /** As seen from us: `sendonly` means that we send and the peer does not. */
  readonly direction: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';
  /** Where this peer's signalling comes from: the only other address media may be latched to. */
  readonly signallingSourceAddress: string;
}

export interface MediaPlaneGauges {
  readonly legs: number;
  /** UDP ports held: two a leg. */
  readonly ports: number;
  readonly recordings: number;
  /** Timers that wait, where known (in-process only; 0 elsewhere once no leg is open). */
  readonly timers: number;
}

export interface MediaPlaneLoad {
  /** Packets sent by the pacing ticker, and how late they left, milliseconds. */
  readonly pacedPackets: number;
  readonly lateP50Ms: number;
  readonly lateP99Ms: number;
  readonly lateMaxMs: number;
  readonly forwardedPackets: number;
  /** Packets that were not taken: not RTP, or from a source that is not the leg's peer. */
  readonly refusedPackets: number;
  /** CPU time of the plane's own thread, milliseconds; 0 where it cannot be told. */
  readonly cpuMs: number;
}

/** Nothing to carry. */
export const noMediaPlaneLoad: MediaPlaneLoad = {
  pacedPackets: 0,
  lateP50Ms: 0,
  lateP99Ms: 0,
  lateMaxMs: 0,
  forwardedPackets: 0,
  refusedPackets: 0,
  cpuMs: 0,
};

/** How a plane is set up. Every field has a default in `defaultMediaPlaneSettings`. */
export interface MediaPlaneSettings {
  /** Range of UDP ports, both ends included. */
  readonly portLow: number;
  readonly portHigh: number;
  /** Nothing received for so long is a lost peer, milliseconds; 0 turns it off. */
  readonly mediaLossMs: number;
  /** After `setRemote`, how long a peer behind NAT may be latched, milliseconds. */
  readonly latchWindowMs: number;
  /** A leg that has nothing to say sends one packet of silence so often, to keep NAT bindings and its peer content; 0: never. */
  readonly keepAliveMs: number;
  /** Memory for encoded sounds, bytes. */
  readonly soundCacheBytes: number;
  /** RTCP CNAME of this node (RFC 3550 6.5.1). */
  readonly cname: string;
}

export const defaultMediaPlaneSettings: MediaPlaneSettings = {
  portLow: 20_000,
  portHigh: 29_999,
  mediaLossMs: 10_000,
  latchWindowMs: 5_000,
  keepAliveMs: 1_000,
  soundCacheBytes: 64 * 1024 * 1024,
  cname: 'hookswitch',
};
