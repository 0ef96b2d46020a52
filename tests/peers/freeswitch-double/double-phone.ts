import type { CalleeScript, FarEnd } from '../../contracts/call-engine-worlds/call-world.js';
import type { DoubleChannel } from './double-channel.js';
import type { Sounding } from './double-sound.js';

/** What a phone does by itself, and how it encrypts its sound: keys in the description (SDES) where it is offered or demanded, or only seemingly. */
export interface DoubleScript extends CalleeScript {
  readonly encrypts?: 'sdes' | 'answers-in-the-clear';
}

/** A phone at the other end of a channel of the double: what it does, and what it was told. */
export class DoublePhone implements FarEnd {
  answered = false;
  ended = false;
  toldRinging = false;
  toldEarlyMedia = false;
  refusedWith: number | undefined;
  readonly retryAfter = undefined;
  readonly headers = {};
  fromUser = '';
  receivedDigits = '';
  /** The tone it speaks in, Hz; undefined: it is silent, and sends silence. */
  tone: number | undefined;
  vanished = false;
  held = false;
  readonly script: DoubleScript;
  readonly referAnswers = [];
  readonly notified = [];
  readonly referredTo: string[] = [];
  protected channel: DoubleChannel | undefined;

  constructor(script: DoubleScript = {}) {
    this.script = script;
  }

  plugInto(channel: DoubleChannel): void {
    this.channel = channel;
  }

  /** What comes from it. */
  get sounds(): readonly Sounding[] {
    return this.tone === undefined ? [] : [{ kind: 'tone', hz: this.tone }];
  }

  /** Its call is answered. */
  taken(): void {
    this.answered = true;
  }

  /** Its call has ended. */
  over(): void {
    this.ended = true;
  }

  /** A key was sent to it. */
  receive(digit: string): void {
    this.receivedDigits += digit;
  }

  hears(hz: number): boolean {
    return this.channel?.hearsTone(hz) ?? false;
  }

  speak(hz: number | undefined): void {
    this.tone = hz;
  }

  press(digits: string): void {
    this.channel?.press(digits);
  }

  answer(): void {
    this.channel?.phoneAnswers();
  }

  hangUp(): void {
    this.channel?.phoneHangsUp();
  }

  refer(): void {
    this.channel?.phoneRefers();
  }

  hold(): void {
    this.channel?.phoneHolds(true);
  }

  resume(): void {
    this.channel?.phoneHolds(false);
  }

  vanish(): void {
    this.vanished = true;
    this.tone = undefined;
    this.channel?.phoneVanishes();
  }
}
