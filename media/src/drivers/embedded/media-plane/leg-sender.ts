import type { Clock } from '@hookswitch/kernel/clock';
import type { Random } from '@hookswitch/kernel/random';
import {
  decodeTable,
  encodeTable,
  type G711Codec,
  type SoundCodec,
  silenceCode,
  staticPayloadTypes,
  transcodeTable,
} from '../../../audio/g711.js';
import { G722Encoder } from '../../../audio/g722.js';
import type { PlayResult } from '../../../port/live-call.js';
import type { Sound } from '../../../port/sound.js';
import { type RtpFields, rtpHeaderLength } from '../../../rtp/rtp-packet.js';
import { TelephoneEventSender } from '../../../rtp/telephone-event-sender.js';
import { DigitQueue, type DigitTone } from './digit-queue.js';
import type { LegRecording } from './leg-recording.js';
import type { LegRemote, MediaPlaneSettings, PlayHow } from './media-plane.js';
import { MixQueue } from './mix-queue.js';
import { OutStream } from './out-stream.js';
import type { Paced, Pacer } from './pacer.js';
import { Player } from './player.js';
import type { SoundCache } from './sound-cache.js';

/** Amplitude of each of the two tones of an in-band digit: about -9 dBm0. */
const digitToneAmplitude = 8000;
/** A prompt that ducks makes others this much quieter: 12 dB. */
const duckedShare = 0.25;
/** A packet of a mix that is later than this does not follow on the one before, milliseconds. */
const longestMixLag = 60;

/** What a leg needs of the plane it is in. */
export interface LegSurroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: MediaPlaneSettings;
  readonly pacer: Pacer;
  readonly sounds: SoundCache;
  readonly counts: { forwarded: number; refused: number };
  onDigit(legId: string, digit: string, via: 'rtp' | 'inband'): void;
  onMediaLost(legId: string): void;
  onSendFailed(legId: string, code: string): void;
}

/** Where a leg's packets leave. */
export interface LegExit {
  /** Sends a packet to the leg's peer. */
  send(packet: Uint8Array): void;
  readonly recordings: ReadonlyMap<string, LegRecording>;
  /** The prompt that plays began, or ceased, to lie over what the leg hears. */
  onMixWanted(): void;
}

/**
 * What one leg is sent, in the order of what counts more: digits, a prompt, the music of a hold, and else what others say: forwarded, or mixed.
 * Prompts, music and digits it paces itself.
 */
export class LegSender implements Paced {
  codec: SoundCodec = 'pcmu';
  /** In what its sound is made. G.722 is made of µ-law as it leaves: what is not forwarded has 8 kHz (docs/decisions/0016). */
  law: G711Codec = 'pcmu';
  periodMs = 20;
  readonly out: OutStream;
  readonly #around: LegSurroundings;
  readonly #exit: LegExit;
  #wideband: G722Encoder | undefined;
  #payloadType = 0;
  #eventPayloadType = -1;
  #sends = false;
  readonly #events = new TelephoneEventSender();
  readonly #digits = new DigitQueue();
  readonly #mix = new MixQueue();
  /** Made when there is something to send: many legs only wait, or are gone before. */
  #soundPacket: Buffer | undefined;
  #eventPacket: Buffer | undefined;
  #player: Player | undefined;
  #music: Player | undefined;
  #muted = false;
  #paced = false;
  /** Whether the last packet time sent sound: the next one is no talkspurt's first. */
  #talking = false;
  #closed = false;

  constructor(around: LegSurroundings, exit: LegExit) {
    this.#around = around;
    this.#exit = exit;
    const { random, clock } = around;
    const ssrc = Math.floor(random.next() * 0x1_0000_0000);
    const sequence = Math.floor(random.next() * 0x8000);
    this.out = new OutStream(ssrc, sequence, Math.floor(random.next() * 0x1_0000_0000), clock.now());
  }

  /** Whether what plays is to be heard together with others. */
  get wantsMix(): boolean {
    return this.#player !== undefined && this.#player.mode !== 'instead';
  }

  /** How to send from now on. @param sends whether anything may be. */
  configure(remote: LegRemote, sends: boolean): void {
    const period = [10, 20, 30, 40, 60].includes(remote.ptimeMs) ? remote.ptimeMs : 20;
    if (this.codec !== remote.codec) this.#speak(remote.codec);
    this.#payloadType = remote.codecPayloadType ?? staticPayloadTypes[remote.codec];
    this.#eventPayloadType = remote.telephoneEventPayloadType ?? -1;
    this.#sends = sends;
    if (period === this.periodMs) return;
    this.#soundPacket = undefined;
    this.periodMs = period;
  }

  #speak(codec: SoundCodec): void {
    this.codec = codec;
    this.law = codec === 'g722' ? 'pcmu' : codec;
    this.#wideband = codec === 'g722' ? new G722Encoder() : undefined;
    this.#mix.clear();
  }

  mute(muted: boolean): void {
    this.#muted = muted;
  }

  play(playId: string, sound: Sound, how: PlayHow): Promise<PlayResult> {
    return new Promise((resolve) => {
      const mixed = this.wantsMix;
      const before = this.#player;
      this.#player = new Player(playId, sound, how, resolve);
      before?.end('interrupted');
      if (mixed !== this.wantsMix) this.#exit.onMixWanted();
      this.#startPacing();
    });
  }

  stopPlay(playId: string): void {
    if (this.#player?.playId === playId) this.#endPlayer('interrupted');
  }

  setHoldMusic(music: Sound | undefined): void {
    this.#music = music && new Player('', music, { loops: 0 }, () => {});
    if (music) this.#startPacing();
  }

  sendDigits(sendId: string, digits: string, toneMs: number, gapMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#digits.add(sendId, digits, toneMs, gapMs, resolve);
      if (this.#digits.busy) this.#startPacing();
    });
  }

  cancelDigits(sendId: string): void {
    this.#digits.cancel(sendId);
  }

  /** A key of a leg it hears went down, is still down, or went up: this leg is sent the same. */
  relayDigit(what: 'began' | 'goes-on' | 'ended', digit: string, now: number): void {
    if (!this.#sends || this.#closed) return;
    if (what === 'goes-on') this.#digits.relayGoesOn(now);
    else if (what === 'ended') this.#digits.relayEnd();
    else {
      this.#digits.relayBegin(digit, now);
      this.#startPacing();
    }
  }

  /**
   * Sends on what another leg said: the packet in `bytes`, which is `packet` as parsed, with a new header written over the old one. G.722 is for legs that
   * have it only; `narrow` is then the same packet in µ-law, for recordings.
   */
  passOn(bytes: Uint8Array, packet: RtpFields, codec: SoundCodec, now: number, narrow?: Uint8Array): void {
    if (!this.#hearsOthers || this.#player) return;
    const { payloadStart, payloadEnd } = packet;
    const start = payloadStart - rtpHeaderLength;
    const sent = start === 0 && payloadEnd === bytes.length ? bytes : bytes.subarray(start, payloadEnd);
    const samples = payloadEnd - payloadStart;
    if (!this.out.headForwarded(sent, this.#payloadType, packet.marker, packet, samples, now)) return;
    this.#around.counts.forwarded++;
    if (codec === 'g722') {
      if (narrow) this.#recordHeard(sent, narrow.subarray(payloadStart, payloadEnd), now);
      this.#exit.send(sent);
      return;
    }
    const table = transcodeTable(codec, this.law);
    if (table) {
      for (let at = rtpHeaderLength; at < sent.length; at++) sent[at] = table[sent[at]!]!;
    }
    this.#leave(sent, now);
  }

  /** A packet of sound in our law leaves, and is recorded as heard. */
  #leave(packet: Uint8Array, now: number): void {
    if (this.#exit.recordings.size > 0) this.#recordHeard(packet, packet.subarray(rtpHeaderLength), now);
    this.#wideband?.encodeNarrow(packet, rtpHeaderLength, packet.length);
    this.#exit.send(packet);
  }

  /** Takes a frame of the mix it hears, in its codec; sends it as soon as there is enough for a packet. */
  takeMix(codes: Uint8Array, dueAt: number): void {
    if (!this.#hearsOthers || (this.#player && !this.wantsMix)) {
      this.#mix.clear();
      return;
    }
    this.#mix.put(codes);
    if (this.#player) return;
    while (this.#mix.take(this.#packet, rtpHeaderLength, this.periodMs * 8)) {
      // What follows on the packet before it says so, whatever the tick in which it got full.
      const follows = this.out.lastAt + this.periodMs;
      const isNext = Math.abs(follows - dueAt) <= longestMixLag;
      this.#sendSound(isNext ? follows : dueAt, !isNext);
    }
  }

  /** One packet of silence, where nothing was sent for so long. */
  keepAlive(nowMs: number): void {
    const { keepAliveMs } = this.#around.settings;
    if (keepAliveMs <= 0 || this.#paced || !this.#sends || nowMs - this.out.lastAt < keepAliveMs) return;
    this.#packet.fill(silenceCode[this.law], rtpHeaderLength);
    this.#sendSound(nowMs, true);
  }

  /** Everything promised settles. */
  close(): void {
    this.#closed = true;
    this.#endPlayer('call-ended');
    this.#digits.clear();
  }

  /** One packet time (see `Paced`). */
  tick(dueAt: number): boolean {
    if (this.#closed) return false;
    if (this.#digits.busy) this.#tickDigits(dueAt);
    else if (this.#events.active) this.#sendEvent();
    else if (this.#player) this.#tickPlayer(this.#player, dueAt);
    else if (this.#music) this.#sendPiece(this.#music, dueAt);
    this.#paced = this.#digits.busy || this.#events.active || this.#player !== undefined || this.#music !== undefined;
    return this.#paced;
  }

  /** Whether what others say reaches it, unless a prompt keeps it away. */
  get #hearsOthers(): boolean {
    return this.#sends && !this.#muted && !this.#closed && !this.#music && !this.#digits.busy && !this.#events.active;
  }

  #startPacing(): void {
    if (this.#paced || this.#closed) return;
    this.#paced = true;
    this.#talking = false;
    this.#around.pacer.add(this);
  }

  #tickPlayer(player: Player, dueAt: number): void {
    if (!this.#sendPiece(player, dueAt) || player.isOver(player.encoded(this.#around.sounds, this.law))) {
      this.#endPlayer('finished');
    }
  }

  /** Sends the next packet of it. False where there is none. */
  #sendPiece(player: Player, dueAt: number): boolean {
    const encoded = player.encoded(this.#around.sounds, this.law);
    const samples = this.periodMs * 8;
    if (!player.fill(encoded, this.#packet, rtpHeaderLength, samples, silenceCode[this.law])) return false;
    if (player.mode !== 'instead') {
      this.#mix.under(this.#packet, rtpHeaderLength, samples, this.law, player.mode === 'ducked' ? duckedShare : 1);
    }
    this.#sendSound(dueAt, !this.#talking);
    this.#talking = true;
    return true;
  }

  #tickDigits(dueAt: number): void {
    this.#talking = false;
    const turn = this.#digits.turn(this.periodMs, dueAt);
    if (turn?.kind === 'tone') {
      if (this.#eventPayloadType >= 0) {
        if (turn.first) this.#events.begin(turn.item.event, this.out.beginEvent(dueAt));
        if (turn.last) this.#events.end();
        this.#sendEvent();
      } else this.#sendTone(turn.item, turn.first, dueAt);
    } else if (this.#events.active) this.#sendEvent();
  }

  #sendEvent(): void {
    this.#events.step(this.periodMs * 8);
    if (!this.#sends) return;
    const { payload, marker, timestamp } = this.#events;
    this.#eventPacket ??= Buffer.alloc(rtpHeaderLength + 4);
    this.out.headEvent(this.#eventPacket, this.#eventPayloadType, marker, timestamp);
    this.#eventPacket.set(payload, rtpHeaderLength);
    this.#exit.send(this.#eventPacket);
  }

  #sendTone(tone: DigitTone, first: boolean, dueAt: number): void {
    if (!tone.frequencies) return;
    const encode = encodeTable[this.law];
    const [low, high] = tone.frequencies.map((frequency) => (2 * Math.PI * frequency) / 8000);
    const start = tone.playedMs * 8;
    for (let at = 0; at < this.periodMs * 8; at++) {
      const value = digitToneAmplitude * (Math.sin(low! * (start + at)) + Math.sin(high! * (start + at)));
      this.#packet[rtpHeaderLength + at] = encode[Math.round(value) + 32768]!;
    }
    this.#sendSound(dueAt, first);
  }

  get #packet(): Buffer {
    this.#soundPacket ??= Buffer.alloc(rtpHeaderLength + this.periodMs * 8);
    return this.#soundPacket;
  }

  /** Sends the sound in `#packet`, and lets it be recorded as heard. */
  #sendSound(dueAt: number, marker: boolean): void {
    if (!this.#sends || this.#muted) return;
    const packet = this.#packet;
    this.out.headSound(packet, this.#payloadType, marker, packet.length - rtpHeaderLength, dueAt);
    this.#leave(packet, dueAt);
  }

  /** @param codes what `packet` says, in our law. */
  #recordHeard(packet: Uint8Array, codes: Uint8Array, now: number): void {
    const timestamp = ((packet[4]! << 24) | (packet[5]! << 16) | (packet[6]! << 8) | packet[7]!) >>> 0;
    const decode = decodeTable[this.law];
    for (const recording of this.#exit.recordings.values()) {
      recording.hear(1, this.out.ssrc, timestamp, codes, 0, codes.length, decode, now);
    }
  }

  #endPlayer(how: PlayResult['end']): void {
    const player = this.#player;
    if (!player) return;
    const mixed = this.wantsMix;
    this.#player = undefined;
    player.end(how);
    if (mixed) this.#exit.onMixWanted();
  }
}
