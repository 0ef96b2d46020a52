import type { Clock } from '@hookswitch/kernel/clock';
import { TimerSet } from '@hookswitch/media/port/timer-set';
import { ChannelRecordings } from './channel-recordings.js';
import type { DoublePhone } from './double-phone.js';
import { hasTone, readSound, type Sounding } from './double-sound.js';

/** What a channel needs of its switch. */
export interface ChannelHost {
  readonly clock: Clock;
  /** Sends an event about the channel; see `EventTemplates.event`. */
  emit(
    channel: DoubleChannel,
    name: string,
    like: Readonly<Record<string, string | undefined>>,
    changes?: Readonly<Record<string, string>>,
  ): void;
  gone(channel: DoubleChannel): void;
  /** Does it; an error is noted as a failure of the test. */
  attempt(action: () => void): void;
  /** Tells what the phone said of the call that it was asked to make. */
  emitReferNotify(channel: DoubleChannel, status: number): void;
  /** Something was asked for of which no transcript shows what comes of it. */
  unknown(what: string): never;
}

interface Playing {
  readonly eventId: string;
  readonly path: string;
  readonly startedAt: number;
  readonly sound: NonNullable<ReturnType<typeof readSound>>;
  readonly cancel: () => void;
}

export interface ConferenceSeat {
  readonly name: string;
  readonly memberId: string;
  muted: boolean;
  deaf: boolean;
}

/** How Answer-State and Channel-Call-State go together. */
export type AnswerState = 'ringing' | 'early' | 'answered' | 'hangup';

const keyMs = 120;
/** What has FreeSWITCH write keys down (51). */
const keepKeys = 'execute_extension keep XML hookswitch-keys';

/** One channel of the double, and the phone behind it. Which sound reaches it follows from what was commanded. */
export class DoubleChannel {
  readonly id: string;
  readonly direction: 'inbound' | 'outbound';
  readonly phone: DoublePhone;
  readonly variables = new Map<string, string>();
  /** Fields of its own that its events have. */
  readonly fields: Record<string, string> = {};
  state: AnswerState = 'ringing';
  /** It waits in park (or plays there). */
  parked = false;
  bridge: DoubleChannel | undefined;
  seat: ConferenceSeat | undefined;
  eavesdrops:
    | {
        readonly on: DoubleChannel;
        readonly toTarget: boolean;
        readonly toOther: boolean;
        readonly parksAfter: boolean;
      }
    | undefined;
  readonly muted = { read: false, write: false };
  readonly #host: ChannelHost;
  readonly #timers: TimerSet;
  readonly #recordings: ChannelRecordings;
  #playing: Playing | undefined;
  #pressedUntil = 0;
  #sentUntil = 0;
  #referTaken = false;
  #mediaTimeoutMs: number | undefined;

  constructor(id: string, direction: 'inbound' | 'outbound', phone: DoublePhone, host: ChannelHost) {
    this.id = id;
    this.direction = direction;
    this.phone = phone;
    this.#host = host;
    this.#timers = new TimerSet(host.clock);
    this.#recordings = new ChannelRecordings({
      clock: host.clock,
      timers: this.#timers,
      said: () => this.voice,
      heard: () => this.heard,
      tell: (event, path) => this.emit(event, {}, { 'Record-File-Path': path }),
    });
    phone.plugInto(this);
  }

  get hasMedia(): boolean {
    return this.state === 'early' || this.state === 'answered';
  }

  /** The double as a whole is gone, or the channel is. */
  close(): void {
    this.#timers.cancelAll();
  }

  later(ms: number, action: () => void): void {
    this.#timers.after(ms, () => this.#host.attempt(action));
  }

  emit(
    name: string,
    like: Readonly<Record<string, string | undefined>> = {},
    changes: Readonly<Record<string, string>> = {},
  ) {
    return this.#host.emit(this, name, like, changes);
  }

  // What happens to it

  preAnswer(): void {
    if (this.state !== 'ringing' || this.#isInTheClear()) return;
    this.state = 'early';
    this.phone.toldEarlyMedia = true;
    this.emit('CHANNEL_PROGRESS_MEDIA', { 'Call-Direction': this.direction });
  }

  answer(): void {
    if (this.state === 'answered' || this.#isInTheClear()) return;
    this.state = 'answered';
    this.phone.taken();
    // It counts only where it was set before (40).
    this.#mediaTimeoutMs = Number(this.variables.get('media_timeout') ?? Number.NaN) || undefined;
    this.emit('CHANNEL_ANSWER', { 'Call-Direction': this.direction, variable_rtp_has_crypto: this.#suite });
    if (this.phone.vanished) this.phoneVanishes();
  }

  /** Whether encryption is demanded of a phone that has none: then FreeSWITCH has ended the call (49). */
  #isInTheClear(): boolean {
    const demanded = this.variables.get('rtp_secure_media')?.startsWith('mandatory') ?? false;
    if (!demanded || this.#suite !== undefined) return false;
    this.hangUp('INCOMPATIBLE_DESTINATION', this.direction === 'inbound' ? 'send_refuse' : 'send_bye');
    return true;
  }

  /** The suite that its sound is encrypted by. */
  get #suite(): string | undefined {
    const offered = this.direction === 'inbound' || this.variables.has('rtp_secure_media');
    return offered && this.phone.script.encrypts === 'sdes' ? 'AES_CM_128_HMAC_SHA1_80' : undefined;
  }

  park(): void {
    this.leaveAll();
    this.parked = true;
    this.emit('CHANNEL_PARK', { 'Call-Direction': this.direction, 'Answer-State': this.state });
  }

  leaveAll() {
    if (this.#playing) this.#host.unknown(`a channel that plays ${this.#playing.path} is moved`);
    this.parked = false;
    this.eavesdrops = undefined;
    this.seat = undefined;
    const other = this.bridge;
    this.bridge = undefined;
    if (!other || other.bridge !== this) return;
    other.bridge = undefined;
    if (other.state === 'hangup') return;
    if (other.variables.get('park_after_bridge') !== 'true') return other.hangUp('NORMAL_CLEARING', 'send_bye');
    other.parked = true;
    other.emit('CHANNEL_PARK', { 'Call-Direction': other.direction, 'Answer-State': other.state });
  }

  /** Ends it. `disposition`: who said so, as FreeSWITCH names it. */
  hangUp(cause: string, disposition: string, sipStatus?: number): void {
    if (this.state === 'hangup') return;
    const wasAnswered = this.state === 'answered';
    this.state = 'hangup';
    if (this.#playing) this.#played('done');
    this.#recordings.stopAll();
    this.leaveAll();
    this.close();
    this.phone.over();
    const status = sipStatus === undefined ? undefined : String(sipStatus);
    this.#host.emit(
      this,
      'CHANNEL_HANGUP_COMPLETE',
      {
        variable_sip_hangup_disposition: disposition,
        ...(status === undefined ? {} : { variable_sip_term_status: status }),
      },
      {
        'Hangup-Cause': cause,
        variable_hangup_cause: cause,
        variable_answered: String(wasAnswered),
        'Call-Direction': this.direction,
      },
    );
    this.#host.gone(this);
  }

  // What it is commanded

  play(path: string, eventId: string) {
    if (!this.parked) this.#host.unknown('playback on a channel that does not wait in park');
    const sound = readSound(path);
    const ids = { Application: 'playback', 'Application-UUID': eventId };
    if (!sound) return this.emit('CHANNEL_EXECUTE_COMPLETE', { 'Application-Response': 'FILE NOT FOUND' }, ids);
    if (this.#playing) this.#host.unknown('a second playback while one is on');
    // A channel that was not answered is, early (30).
    this.preAnswer();
    const cancel = this.#timers.after(sound.durationMs, () => this.#played('done'));
    this.#playing = { eventId, path, startedAt: this.#host.clock.now(), sound, cancel };
    this.emit('CHANNEL_EXECUTE', { Application: 'playback' }, ids);
    this.emit('PLAYBACK_START', {}, { 'Playback-File-Path': path });
  }

  break(): void {
    if (this.#playing) this.#played('break');
  }

  #played(status: 'done' | 'break'): void {
    const { path, eventId, cancel } = this.#playing!;
    this.#playing = undefined;
    cancel();
    this.emit('PLAYBACK_STOP', { 'Playback-Status': status }, { 'Playback-File-Path': path });
    const like = { Application: 'playback', 'Application-Response': 'FILE PLAYED' };
    this.emit('CHANNEL_EXECUTE_COMPLETE', like, { ...like, 'Application-UUID': eventId });
  }

  /** Sends its phone elsewhere by REFER. Once one was taken FreeSWITCH sends no other (48). */
  deflect(to: string): void {
    if (this.variables.get('sip_refer_continue_after_reply') !== 'true')
      this.#host.unknown('a REFER that ends the call');
    if (this.#referTaken) return;
    const { answer = 202, notifies = [] } = this.phone.script.onRefer ?? {};
    this.#referTaken = answer < 300;
    this.later(5, () => {
      this.phone.referredTo.push(to);
      this.variables.set('sip_refer_status_code', String(answer));
      if (answer < 300) for (const status of notifies) this.#host.emitReferNotify(this, status);
    });
  }

  /** On two channels, into files beside each other. */
  get recordings(): ChannelRecordings {
    if (this.variables.get('RECORD_STEREO') !== 'true') this.#host.unknown('a recording on one channel');
    return this.#recordings;
  }

  /** Digits to the phone, one after the other. */
  sendDigits(digits: string, ms: number): void {
    for (const digit of digits) {
      const begin = Math.max(this.#host.clock.now(), this.#sentUntil);
      this.#sentUntil = begin + ms;
      this.#timers.after(this.#sentUntil - this.#host.clock.now(), () => {
        this.phone.receive(digit);
      });
    }
  }

  // What the phone does

  press(digits: string): void {
    for (const digit of digits) {
      const at = Math.max(this.#host.clock.now(), this.#pressedUntil) + 20;
      this.#pressedUntil = at + keyMs;
      this.#timers.after(at - this.#host.clock.now(), () => {
        if (!this.hasMedia) return;
        this.#keep(digit);
        this.emit('DTMF', {}, { 'DTMF-Digit': digit });
        // A bridge passes it on as long as it lasted (44).
        this.bridge?.sendDigits(digit, keyMs);
      });
    }
  }

  /** In a variable of the channel, where that was asked for before the answer (51). */
  #keep(digit: string): void {
    const asked = this.variables.get('execute_on_answer');
    if (asked !== undefined && asked !== keepKeys) this.#host.unknown(`execute_on_answer=${asked}`);
    if (asked === undefined || this.state !== 'answered') return;
    this.variables.set('hookswitch_keys', (this.variables.get('hookswitch_keys') ?? '') + digit);
  }

  phoneAnswers(): void {
    if (this.direction !== 'outbound' || this.state === 'hangup' || this.state === 'answered') return;
    const wasEarly = this.parked;
    this.answer();
    if (!wasEarly && this.hasMedia) this.#timers.after(5, () => this.park());
  }

  phoneHangsUp(): void {
    this.#timers.after(5, () => {
      if (this.state === 'answered') this.hangUp('NORMAL_CLEARING', 'recv_bye', 200);
      else if (this.direction === 'inbound') this.hangUp('ORIGINATOR_CANCEL', 'recv_cancel', 487);
      else this.phoneRefuses(603);
    });
  }

  phoneRefuses(status: number): void {
    const causes: Readonly<Record<number, string>> = {
      486: 'USER_BUSY',
      404: 'UNALLOCATED_NUMBER',
      488: 'INCOMPATIBLE_DESTINATION',
      603: 'CALL_REJECTED',
      503: 'NORMAL_TEMPORARY_FAILURE',
    };
    const cause = causes[status] ?? this.#host.unknown(`an originate that is answered with ${status}`);
    this.hangUp(cause, 'recv_refuse', status);
  }

  phoneHolds(held: boolean): void {
    if (this.phone.held === held || this.state !== 'answered') return;
    this.phone.held = held;
    this.emit(held ? 'CHANNEL_HOLD' : 'CHANNEL_UNHOLD');
  }

  phoneRefers(): never {
    return this.#host.unknown('a REFER that we are to decide about');
  }

  phoneVanishes(): void {
    if (this.#mediaTimeoutMs === undefined) return;
    this.#timers.after(this.#mediaTimeoutMs, () => this.hangUp('MEDIA_TIMEOUT', 'send_bye'));
  }

  // What is heard

  /** What comes from its phone and goes on to others. */
  get voice(): readonly Sounding[] {
    return this.hasMedia && !this.muted.read ? this.phone.sounds : [];
  }

  hearsTone(hz: number): boolean {
    return this.heard.some((sounding) => hasTone(sounding, hz));
  }

  /** What reaches its phone now. */
  get heard(): readonly Sounding[] {
    if (!this.hasMedia || this.phone.held || this.muted.write) return [];
    if (this.#playing) {
      const { sound, startedAt } = this.#playing;
      return [{ kind: 'file', samples: sound.samples, rate: sound.rate, atMs: this.#host.clock.now() - startedAt }];
    }
    return this.speakers().flatMap((channel) => channel.voice);
  }

  /** Whose voices reach it. Set by the switch, which knows all channels. */
  speakers: () => readonly DoubleChannel[] = () => [];
}
