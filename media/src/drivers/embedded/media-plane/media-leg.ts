import { decodeTable, type G711Codec, type SoundCodec, staticPayloadTypes } from '../../../audio/g711.js';
import { G722Decoder } from '../../../audio/g722.js';
import { estimateMos } from '../../../audio/mos.js';
import type { CapturedFile, MediaStats } from '../../../port/live-call.js';
import { Latch } from '../../../rtp/latch.js';
import { MediaLossDetector } from '../../../rtp/media-loss.js';
import { ReceiverStats } from '../../../rtp/receiver-stats.js';
import { isRtcp, parseRtcp } from '../../../rtp/rtcp-packet.js';
import { RtcpSession } from '../../../rtp/rtcp-session.js';
import { parseRtp, RtpFields } from '../../../rtp/rtp-packet.js';
import { TelephoneEventReceiver } from '../../../rtp/telephone-event-receiver.js';
import { InbandListener } from './inband-listener.js';
import type { LegRecording } from './leg-recording.js';
import { type LegExit, LegSender, type LegSurroundings } from './leg-sender.js';
import type { LegRemote, OpenLeg } from './media-plane.js';
import type { BoundPorts, PortsOwner } from './media-ports.js';
import type { MixSource } from './mix-source.js';
import type { Room } from './room.js';

/** A digit heard in-band and then signalled within this time is one press, milliseconds. */
const sameDigitMs = 250;
/** The one header that is filled in by every packet that comes: nothing keeps it. */
const fields = new RtpFields();

/** One leg's media: takes its packets, passes their sound on to those who hear it, and has a sender for what it is sent. */
export class MediaLeg implements LegExit, PortsOwner {
  readonly id: string;
  readonly ports: BoundPorts;
  /** Those that run. */
  readonly recordings = new Map<string, LegRecording>();
  /** Those that ended, too. */
  readonly allRecordings = new Map<string, LegRecording>();
  /** What it is sent. */
  readonly sender: LegSender;
  /** Who hears it, and those of them to whom its packets are forwarded. Set by its room, as are the next two. */
  audience: readonly MediaLeg[] = [];
  forwardsTo: readonly MediaLeg[] = [];
  /** Takes its sound into mixes. */
  source: MixSource | undefined;
  room: Room | undefined;
  readonly #around: LegSurroundings;
  #remote: LegRemote | undefined;
  #payloadType = 0;
  #eventPayloadType = -1;
  /** Whether we expect to receive. */
  #receives = false;
  #remoteRtcpPort = 0;
  readonly #latch = new Latch();
  readonly #stats = new ReceiverStats();
  readonly #rtcpSession: RtcpSession;
  readonly #loss: MediaLossDetector;
  readonly #eventsIn = new TelephoneEventReceiver();
  readonly #wideband = new WidebandEar();
  #inband: InbandListener | undefined;
  #inbandDigit = '';
  #inbandDigitAt = Number.NEGATIVE_INFINITY;
  #mutedIn = false;
  #sendFailed = false;
  #closed = false;

  /** @param ports the leg owns them from now on */
  constructor(id: string, ports: BoundPorts, around: LegSurroundings) {
    this.id = id;
    this.ports = ports;
    ports.owner = this;
    this.#around = around;
    const { random, clock, settings } = around;
    this.sender = new LegSender(around, this);
    this.#rtcpSession = new RtcpSession(this.sender.out.ssrc, settings.cname, random, clock.now());
    this.#loss = new MediaLossDetector(settings.mediaLossMs);
  }

  /** Of RTP; RTCP has the next. */
  get port(): number {
    return this.ports.port;
  }

  setRemote(remote: LegRemote): void {
    const now = this.#around.clock.now();
    this.#remote = remote;
    this.#payloadType = remote.codecPayloadType ?? staticPayloadTypes[remote.codec];
    this.#eventPayloadType = remote.telephoneEventPayloadType ?? -1;
    const usable = isPort(remote.port) && !/^(0\.0\.0\.0|::)$/.test(remote.address);
    this.sender.configure(remote, usable && (remote.direction === 'sendrecv' || remote.direction === 'sendonly'));
    this.#receives = remote.direction === 'sendrecv' || remote.direction === 'recvonly';
    this.#remoteRtcpPort = remote.rtcpPort ?? (remote.rtcpMux ? remote.port : remote.port + 1);
    if (usable) this.#latch.setPeer(remote, now, this.#around.settings.latchWindowMs);
    this.#loss.setHeld(!this.#receives || !usable, now);
    this.#sendFailed = false;
  }

  /** Whether it is to be sent a mix also of one leg that it hears. */
  get wantsMix(): boolean {
    return this.sender.wantsMix;
  }

  onMixWanted(): void {
    this.room?.refresh();
  }

  mute(direction: 'in' | 'out', muted: boolean): void {
    if (direction === 'in') this.#mutedIn = muted;
    else this.sender.mute(muted);
  }

  enableInband(enabled: boolean): void {
    if (!enabled) this.#inband = undefined;
    else this.#inband ??= new InbandListener((digit) => this.#onInbandDigit(digit));
  }

  /** What another control than the one that opened it has to know of it. */
  described(): OpenLeg {
    return {
      legId: this.id,
      port: this.port,
      remote: this.#remote,
      hears: this.room?.heardBy(this).map(({ id }) => id) ?? [],
      recordings: [...this.allRecordings.values()].map((recording) => ({
        options: recording.options,
        startedAt: recording.startedAt,
        paused: recording.paused,
        running: !recording.ended,
      })),
      digits: '',
      mediaLost: this.#loss.lost,
      stats: this.stats(),
    };
  }

  stats(): MediaStats {
    const { received, lost, jitterMs } = this.#stats;
    const roundTripMs = this.#rtcpSession.roundTripMs;
    return {
      codec: this.#remote ? this.sender.codec.toUpperCase() : undefined,
      packetsSent: this.sender.out.packets,
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
    this.sender.keepAlive(nowMs);
  }

  /** Ends everything but the recordings, which the plane stops first. */
  close(): void {
    if (this.#closed) return;
    if (this.#remote && (this.sender.out.packets > 0 || this.#stats.received > 0)) {
      this.#sendReport(this.#around.clock.now(), true);
    }
    this.#closed = true;
    this.sender.close();
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

  /** See `LegExit`. */
  send(packet: Uint8Array): void {
    this.ports.rtp.send(packet, packet.length, this.#latch.port, this.#latch.address);
  }

  onSocketError(code: string): void {
    if (this.#sendFailed || this.#closed) return;
    this.#sendFailed = true;
    this.#around.onSendFailed(this.id, code);
  }

  #onSound(bytes: Uint8Array, now: number): void {
    const codec = this.#codecOf(fields.payloadType);
    if (!codec || this.#mutedIn) return;
    if (codec === 'g722') {
      this.#onWideband(bytes, now);
      return;
    }
    this.#hear(bytes, codec, now);
    const { forwardsTo } = this;
    // The sender writes over what it passes on: each but a single one gets bytes of its own.
    if (forwardsTo.length === 1) forwardsTo[0]!.sender.passOn(bytes, fields, codec, now);
    else for (const leg of forwardsTo) leg.sender.passOn(Uint8Array.from(bytes), fields, codec, now);
  }

  /** G.722: goes on as it is to those who have it; everything else is given it as µ-law, where there is anything else. */
  #onWideband(bytes: Uint8Array, now: number): void {
    const { forwardsTo } = this;
    const takesNarrow = (leg: MediaLeg) => leg.sender.codec !== 'g722' || leg.recordings.size > 0;
    const heard = this.recordings.size > 0 || this.#inband !== undefined || this.source !== undefined;
    const narrow = heard || forwardsTo.some(takesNarrow) ? this.#wideband.narrowed(bytes, fields) : undefined;
    if (narrow && heard) this.#hear(narrow, 'pcmu', now);
    for (const leg of forwardsTo) {
      const isWide = leg.sender.codec === 'g722';
      const source = isWide || !narrow ? bytes : narrow;
      const sent = forwardsTo.length === 1 ? source : Uint8Array.from(source);
      if (!isWide) leg.sender.passOn(sent, fields, 'pcmu', now);
      else leg.sender.passOn(sent, fields, 'g722', now, leg.recordings.size > 0 ? narrow : undefined);
    }
  }

  /** What listens to this leg hears a packet of it. */
  #hear(bytes: Uint8Array, codec: G711Codec, now: number): void {
    const { payloadStart, payloadEnd } = fields;
    if (this.recordings.size > 0) {
      for (const recording of this.recordings.values()) {
        recording.hear(0, fields.ssrc, fields.timestamp, bytes, payloadStart, payloadEnd, decodeTable[codec], now);
      }
    }
    this.#inband?.take(codec, bytes, fields, now);
    this.source?.put(bytes, fields, decodeTable[codec], this.#stats.jitterMs);
  }

  /** The negotiated type, or a static one of RFC 3551 table 4, whatever was negotiated: nobody means anything else by it. */
  #codecOf(payloadType: number): SoundCodec | undefined {
    if (payloadType === this.#payloadType) return this.sender.codec;
    return payloadType === 0 ? 'pcmu' : payloadType === 8 ? 'pcma' : payloadType === 9 ? 'g722' : undefined;
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
    if (sign === 'began' || sign === 'began-and-ended') {
      // A peer that sends events needs no listening to its tones.
      this.enableInband(false);
      const digit = this.#eventsIn.key;
      const heardAlready = digit === this.#inbandDigit && now - this.#inbandDigitAt < sameDigitMs;
      this.#inbandDigit = '';
      if (!heardAlready) this.#around.onDigit(this.id, digit, 'rtp');
      for (const leg of this.audience) leg.sender.relayDigit('began', digit, now);
    }
    for (const leg of this.audience) {
      if (sign === 'went-on') leg.sender.relayDigit('goes-on', '', now);
      if (sign === 'ended' || sign === 'began-and-ended') leg.sender.relayDigit('ended', '', now);
    }
  }

  #onInbandDigit(digit: string): void {
    this.#inbandDigit = digit;
    this.#inbandDigitAt = this.#around.clock.now();
    this.#around.onDigit(this.id, digit, 'inband');
  }

  #sendReport(now: number, bye: boolean): void {
    const { out } = this.sender;
    const sent = { packets: out.packets, octets: out.octets, timestamp: out.timestampAt(now) };
    const report = this.#rtcpSession.report(now, sent, this.#stats, bye);
    const remote = this.#remote;
    if (!remote || this.#latch.state === 'none') return;
    // A peer found by latching has its ports mapped: RTCP is then most likely mapped to the next one.
    const moved = this.#latch.address !== remote.address || this.#latch.port !== remote.port;
    const port = !moved ? this.#remoteRtcpPort : remote.rtcpMux ? this.#latch.port : this.#latch.port + 1;
    if (!isPort(port)) return;
    const socket = remote.rtcpMux ? this.ports.rtp : this.ports.rtcp;
    socket?.send(report, report.length, port, this.#latch.address);
  }
}

/** Turns packets of G.722 into packets of µ-law. */
class WidebandEar {
  /** Made with the first packet: few legs have G.722. */
  #decoder: G722Decoder | undefined;

  /** The packet with its sound in µ-law, a byte for a byte. */
  narrowed(bytes: Uint8Array, { payloadStart, payloadEnd }: RtpFields): Uint8Array {
    this.#decoder ??= new G722Decoder();
    const narrow = Uint8Array.from(bytes);
    this.#decoder.decodeNarrow(narrow, payloadStart, payloadEnd);
    return narrow;
  }
}

/** Whether it is a port one can send to. The socket's handle must never be given anything else. */
function isPort(port: number): boolean {
  return Number.isInteger(port) && port > 0 && port < 65_536;
}
