import type { Clock } from '@hookswitch/kernel/clock';
import type { Random } from '@hookswitch/kernel/random';
import { decodeTable, encodeTable, type G711Codec, silenceCode, transcodeTable } from '../../../audio/g711.js';
import { estimateMos } from '../../../audio/mos.js';
import type { CapturedFile, MediaStats, PlayResult } from '../../../port/live-call.js';
import type { Sound } from '../../../port/sound.js';
import { Latch } from '../../../rtp/latch.js';
import { MediaLossDetector } from '../../../rtp/media-loss.js';
import { ReceiverStats } from '../../../rtp/receiver-stats.js';
import { isRtcp, parseRtcp } from '../../../rtp/rtcp-packet.js';
import { RtcpSession } from '../../../rtp/rtcp-session.js';
import { parseRtp, RtpFields, rtpHeaderLength } from '../../../rtp/rtp-packet.js';
import { TelephoneEventReceiver } from '../../../rtp/telephone-event-receiver.js';
import { TelephoneEventSender } from '../../../rtp/telephone-event-sender.js';
import { DigitQueue, type DigitTone } from './digit-queue.js';
import { InbandListener } from './inband-listener.js';
import type { LegRecording } from './leg-recording.js';
import type { MediaSocket } from './media-network.js';
import type { LegRemote, MediaPlaneSettings } from './media-plane.js';
import { OutStream } from './out-stream.js';
import type { Paced, Pacer } from './pacer.js';
import { Player } from './player.js';
import type { SoundCache } from './sound-cache.js';

/** Amplitude of each of the two tones of an in-band digit: about -9 dBm0. */
const digitToneAmplitude = 8000;
/** A digit heard in-band and then signalled within this time is one press, milliseconds. */
const sameDigitMs = 250;
/** The one header that is filled in by every packet that comes: nothing keeps it. */
const fields = new RtpFields();

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

/** One leg's media: takes its packets, sends it packets, and passes sound on to the leg it is connected to. */
export class MediaLeg implements Paced {
  readonly id: string;
  readonly port: number;
  readonly recordings = new Map<string, LegRecording>();
  /** The leg that hears this one, and is heard by it. */
  peer: MediaLeg | undefined;
  periodMs = 20;
  readonly #around: LegSurroundings;
  #rtp: MediaSocket | undefined;
  #rtcp: MediaSocket | undefined;
  #remote: LegRemote | undefined;
  #codec: G711Codec = 'pcmu';
  #payloadType = 0;
  #eventPayloadType = -1;
  /** Whether we may send, and whether we expect to receive. */
  #sends = false;
  #receives = false;
  #remoteRtcpPort = 0;
  readonly #latch = new Latch();
  readonly #stats = new ReceiverStats();
  readonly #rtcpSession: RtcpSession;
  readonly #loss: MediaLossDetector;
  readonly #eventsIn = new TelephoneEventReceiver();
  readonly #eventsOut = new TelephoneEventSender();
  readonly #digits = new DigitQueue();
  readonly #out: OutStream;
  #packet = Buffer.alloc(rtpHeaderLength + 160);
  readonly #eventPacket = Buffer.alloc(rtpHeaderLength + 4);
  #player: Player | undefined;
  #inband: InbandListener | undefined;
  #inbandDigit = '';
  #inbandDigitAt = Number.NEGATIVE_INFINITY;
  #mutedIn = false;
  #mutedOut = false;
  #paced = false;
  /** Whether the last packet time sent sound: the next one is no talkspurt's first. */
  #talking = false;
  #sendFailed = false;
  #closed = false;

  constructor(id: string, port: number, around: LegSurroundings) {
    this.id = id;
    this.port = port;
    this.#around = around;
    const { random, clock, settings } = around;
    const now = clock.now();
    const ssrc = Math.floor(random.next() * 0x1_0000_0000);
    this.#out = new OutStream(ssrc, Math.floor(random.next() * 0x8000), Math.floor(random.next() * 0x1_0000_0000), now);
    this.#rtcpSession = new RtcpSession(ssrc, settings.cname, random, now);
    this.#loss = new MediaLossDetector(settings.mediaLossMs);
  }

  /** Gives it its sockets, once. */
  attach(rtp: MediaSocket, rtcp: MediaSocket): void {
    this.#rtp = rtp;
    this.#rtcp = rtcp;
  }

  setRemote(remote: LegRemote): void {
    const now = this.#around.clock.now();
    const period = [10, 20, 30, 40, 60].includes(remote.ptimeMs) ? remote.ptimeMs : 20;
    this.#remote = remote;
    this.#codec = remote.codec;
    this.#payloadType = remote.codecPayloadType ?? (remote.codec === 'pcmu' ? 0 : 8);
    this.#eventPayloadType = remote.telephoneEventPayloadType ?? -1;
    if (period !== this.periodMs || this.#packet.length !== rtpHeaderLength + period * 8) {
      this.#packet = Buffer.alloc(rtpHeaderLength + period * 8);
      this.periodMs = period;
    }
    const usable = isPort(remote.port) && !/^(0\.0\.0\.0|::)$/.test(remote.address);
    this.#sends = usable && (remote.direction === 'sendrecv' || remote.direction === 'sendonly');
    this.#receives = remote.direction === 'sendrecv' || remote.direction === 'recvonly';
    this.#remoteRtcpPort = remote.rtcpPort ?? (remote.rtcpMux ? remote.port : remote.port + 1);
    if (usable) this.#latch.setPeer(remote, now, this.#around.settings.latchWindowMs);
    this.#loss.setHeld(!this.#receives || !usable, now);
    this.#sendFailed = false;
  }

  play(playId: string, sound: Sound, loops: number): Promise<PlayResult> {
    return new Promise((resolve) => {
      this.#endPlayer('interrupted');
      this.#player = new Player(playId, sound, loops, resolve);
      this.#startPacing();
    });
  }

  stopPlay(playId: string): void {
    if (this.#player?.playId === playId) this.#endPlayer('interrupted');
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

  mute(direction: 'in' | 'out', muted: boolean): void {
    if (direction === 'in') this.#mutedIn = muted;
    else this.#mutedOut = muted;
  }

  enableInband(enabled: boolean): void {
    if (!enabled) this.#inband = undefined;
    else this.#inband ??= new InbandListener((digit) => this.#onInbandDigit(digit));
  }

  stats(): MediaStats {
    const { received, lost, jitterMs } = this.#stats;
    const roundTripMs = this.#rtcpSession.roundTripMs;
    return {
      codec: this.#remote ? this.#codec.toUpperCase() : undefined,
      packetsSent: this.#out.packets,
      packetsReceived: received,
      packetsLost: lost,
      jitterMs: Math.round(jitterMs * 100) / 100,
      roundTripMs,
      remoteLossFraction: this.#rtcpSession.remoteLossFraction,
      mos: received === 0 ? undefined : estimateMos({ lossFraction: lost / (received + lost), jitterMs, roundTripMs }),
    };
  }

  /** Slow duties, a few times a second: reports, media loss, keep-alive, recordings. */
  tend(nowMs: number): void {
    for (const recording of this.recordings.values()) recording.tend(nowMs);
    if (!this.#remote) return;
    if (this.#loss.check(nowMs)) this.#around.onMediaLost(this.id);
    if (nowMs >= this.#rtcpSession.dueAt) this.#sendReport(nowMs, false);
    const { keepAliveMs } = this.#around.settings;
    if (keepAliveMs > 0 && !this.#paced && this.#sends && nowMs - this.#out.lastAt >= keepAliveMs) {
      this.#packet.fill(silenceCode[this.#codec], rtpHeaderLength);
      this.#sendSound(nowMs, true);
    }
  }

  /** Ends everything but the recordings, which the plane stops first. */
  close(): void {
    if (this.#closed) return;
    if (this.#remote && (this.#out.packets > 0 || this.#stats.received > 0)) {
      this.#sendReport(this.#around.clock.now(), true);
    }
    this.#closed = true;
    this.#endPlayer('call-ended');
    this.#digits.clear();
    this.#rtp?.close();
    this.#rtcp?.close();
  }

  stopRecordings(end: CapturedFile['end'], nowMs: number): void {
    for (const recording of this.recordings.values()) recording.stop(end, nowMs);
  }

  // --- what comes in ---

  onRtp(bytes: Uint8Array, address: string, port: number): void {
    const remote = this.#remote;
    if (!remote || this.#closed) {
      this.#around.counts.refused++;
      return;
    }
    if (remote.rtcpMux && isRtcp(bytes)) {
      this.onRtcp(bytes, address);
      return;
    }
    const now = this.#around.clock.now();
    if (!parseRtp(bytes, fields) || !this.#latch.accept(address, port, fields.ssrc, fields.sequence, now)) {
      this.#around.counts.refused++;
      return;
    }
    this.#loss.alive(now);
    const isEvent = fields.payloadType === this.#eventPayloadType;
    this.#stats.add(fields.ssrc, fields.sequence, fields.timestamp, now, !isEvent);
    if (isEvent) this.#onEvent(bytes, now);
    else if (this.#receives) this.#onSound(bytes, now);
  }

  onRtcp(bytes: Uint8Array, address: string): void {
    const reading = this.#remote && this.#latch.allows(address) ? parseRtcp(bytes) : undefined;
    // A report by another source than the one we hear is not our peer's.
    if (!reading || (this.#stats.ssrc !== undefined && reading.ssrc !== this.#stats.ssrc)) {
      this.#around.counts.refused++;
      return;
    }
    const now = this.#around.clock.now();
    this.#loss.alive(now);
    this.#rtcpSession.receive(reading, now);
  }

  onSocketError(code: string): void {
    if (this.#sendFailed || this.#closed) return;
    this.#sendFailed = true;
    this.#around.onSendFailed(this.id, code);
  }

  #onSound(bytes: Uint8Array, now: number): void {
    const codec = this.#codecOf(fields.payloadType);
    if (!codec || this.#mutedIn) return;
    const { payloadStart, payloadEnd } = fields;
    if (this.recordings.size > 0) {
      for (const recording of this.recordings.values()) {
        recording.hear(0, fields.ssrc, fields.timestamp, bytes, payloadStart, payloadEnd, decodeTable[codec], now);
      }
    }
    this.#inband?.take(codec, bytes, fields, now);
    if (this.peer) this.peer.passOn(bytes, codec, now);
  }

  /** The negotiated type, or a static one of RFC 3551 table 4, whatever was negotiated: nobody means anything else by it. */
  #codecOf(payloadType: number): G711Codec | undefined {
    if (payloadType === this.#payloadType) return this.#codec;
    return payloadType === 0 ? 'pcmu' : payloadType === 8 ? 'pcma' : undefined;
  }

  #onEvent(bytes: Uint8Array, now: number): void {
    const sign = this.#eventsIn.receive(
      bytes,
      fields.payloadStart,
      fields.payloadEnd,
      fields.ssrc,
      fields.timestamp,
      fields.sequence,
    );
    if (sign === 'nothing') return;
    const peer = this.peer;
    if (sign === 'began' || sign === 'began-and-ended') {
      // A peer that sends events needs no listening to its tones.
      this.enableInband(false);
      const digit = this.#eventsIn.key;
      const heardAlready = digit === this.#inbandDigit && now - this.#inbandDigitAt < sameDigitMs;
      this.#inbandDigit = '';
      if (!heardAlready) this.#around.onDigit(this.id, digit, 'rtp');
      peer?.relayDigit('began', digit, now);
    }
    if (sign === 'went-on') peer?.relayDigit('goes-on', '', now);
    if (sign === 'ended' || sign === 'began-and-ended') peer?.relayDigit('ended', '', now);
  }

  #onInbandDigit(digit: string): void {
    this.#inbandDigit = digit;
    this.#inbandDigitAt = this.#around.clock.now();
    this.#around.onDigit(this.id, digit, 'inband');
  }

  // --- what goes out ---

  /** A key of the connected leg went down, is still down, or went up: this leg is sent the same. */
  relayDigit(what: 'began' | 'goes-on' | 'ended', digit: string, now: number): void {
    if (!this.#sends || this.#closed) return;
    if (what === 'goes-on') this.#digits.relayGoesOn(now);
    else if (what === 'ended') this.#digits.relayEnd();
    else {
      this.#digits.relayBegin(digit, now);
      this.#startPacing();
    }
  }

  /** Sends on what the connected leg said, with a new header written over the old one. Uses the packet in `fields`. */
  passOn(bytes: Uint8Array, codec: G711Codec, now: number): void {
    if (!this.#sends || this.#mutedOut || this.#closed) return;
    if (this.#player || this.#digits.busy || this.#eventsOut.active) return;
    const { payloadStart, payloadEnd } = fields;
    const start = payloadStart - rtpHeaderLength;
    const packet = start === 0 && payloadEnd === bytes.length ? bytes : bytes.subarray(start, payloadEnd);
    const samples = payloadEnd - payloadStart;
    if (!this.#out.headForwarded(packet, this.#payloadType, fields.marker, fields, samples, now)) return;
    const table = transcodeTable(codec, this.#codec);
    if (table) {
      for (let at = rtpHeaderLength; at < packet.length; at++) packet[at] = table[packet[at]!]!;
    }
    this.#around.counts.forwarded++;
    this.#rtp?.send(packet, packet.length, this.#latch.port, this.#latch.address);
    if (this.recordings.size > 0) this.#recordHeard(packet, now);
  }

  #startPacing(): void {
    if (this.#paced || this.#closed) return;
    this.#paced = true;
    this.#talking = false;
    this.#around.pacer.add(this);
  }

  /** One packet time (see `Paced`). */
  tick(dueAt: number): boolean {
    if (this.#closed) return false;
    if (this.#digits.busy) this.#tickDigits(dueAt);
    else if (this.#eventsOut.active) this.#sendEvent();
    else this.#tickPlayer(dueAt);
    this.#paced = this.#digits.busy || this.#eventsOut.active || this.#player !== undefined;
    return this.#paced;
  }

  #tickPlayer(dueAt: number): void {
    const player = this.#player;
    if (!player) return;
    const encoded = player.encoded(this.#around.sounds, this.#codec);
    if (!player.fill(encoded, this.#packet, rtpHeaderLength, this.periodMs * 8, silenceCode[this.#codec])) {
      this.#endPlayer('finished');
      return;
    }
    this.#sendSound(dueAt, !this.#talking);
    this.#talking = true;
    if (player.isOver(encoded)) this.#endPlayer('finished');
  }

  #tickDigits(dueAt: number): void {
    this.#talking = false;
    const turn = this.#digits.turn(this.periodMs, dueAt);
    if (turn?.kind === 'tone') {
      if (this.#eventPayloadType >= 0) {
        if (turn.first) this.#eventsOut.begin(turn.item.event, this.#out.beginEvent(dueAt));
        if (turn.last) this.#eventsOut.end();
        this.#sendEvent();
      } else this.#sendTone(turn.item, turn.first, dueAt);
    } else if (this.#eventsOut.active) this.#sendEvent();
  }

  #sendEvent(): void {
    this.#eventsOut.step(this.periodMs * 8);
    if (!this.#sends) return;
    const { payload, marker, timestamp } = this.#eventsOut;
    this.#out.headEvent(this.#eventPacket, this.#eventPayloadType, marker, timestamp);
    this.#eventPacket.set(payload, rtpHeaderLength);
    this.#rtp?.send(this.#eventPacket, this.#eventPacket.length, this.#latch.port, this.#latch.address);
  }

  #sendTone(tone: DigitTone, first: boolean, dueAt: number): void {
    if (!tone.frequencies) return;
    const encode = encodeTable[this.#codec];
    const [low, high] = tone.frequencies.map((frequency) => (2 * Math.PI * frequency) / 8000);
    const start = tone.playedMs * 8;
    for (let at = 0; at < this.periodMs * 8; at++) {
      const value = digitToneAmplitude * (Math.sin(low! * (start + at)) + Math.sin(high! * (start + at)));
      this.#packet[rtpHeaderLength + at] = encode[Math.round(value) + 32768]!;
    }
    this.#sendSound(dueAt, first);
  }

  /** Sends the sound in `#packet`, and lets it be recorded as heard. */
  #sendSound(dueAt: number, marker: boolean): void {
    if (!this.#sends || this.#mutedOut) return;
    const packet = this.#packet;
    this.#out.headSound(packet, this.#payloadType, marker, packet.length - rtpHeaderLength, dueAt);
    this.#rtp?.send(packet, packet.length, this.#latch.port, this.#latch.address);
    if (this.recordings.size > 0) this.#recordHeard(packet, dueAt);
  }

  #recordHeard(packet: Uint8Array, now: number): void {
    const timestamp = ((packet[4]! << 24) | (packet[5]! << 16) | (packet[6]! << 8) | packet[7]!) >>> 0;
    const decode = decodeTable[this.#codec];
    for (const recording of this.recordings.values()) {
      recording.hear(1, this.#out.ssrc, timestamp, packet, rtpHeaderLength, packet.length, decode, now);
    }
  }

  #sendReport(now: number, bye: boolean): void {
    const sent = { packets: this.#out.packets, octets: this.#out.octets, timestamp: this.#out.timestampAt(now) };
    const report = this.#rtcpSession.report(now, sent, this.#stats, bye);
    const remote = this.#remote;
    if (!remote || this.#latch.state === 'none') return;
    // A peer found by latching has its ports mapped: RTCP is then most likely mapped to the next one.
    const moved = this.#latch.address !== remote.address || this.#latch.port !== remote.port;
    const port = !moved ? this.#remoteRtcpPort : remote.rtcpMux ? this.#latch.port : this.#latch.port + 1;
    if (!isPort(port)) return;
    const socket = remote.rtcpMux ? this.#rtp : this.#rtcp;
    socket?.send(report, report.length, port, this.#latch.address);
  }

  #endPlayer(how: PlayResult['end']): void {
    const player = this.#player;
    this.#player = undefined;
    player?.end(how);
  }
}

/** Whether it is a port one can send to. The socket's handle must never be given anything else. */
function isPort(port: number): boolean {
  return Number.isInteger(port) && port > 0 && port < 65_536;
}
