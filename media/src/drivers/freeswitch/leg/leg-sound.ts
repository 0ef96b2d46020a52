import { DigitInbox } from '../../../port/digit-inbox.js';
import type { TimerSet } from '../../../port/timer-set.js';
import type { EslEvent } from '../esl/esl-event.js';
import { LegPlayer } from '../sound/leg-player.js';
import { LegRecordings } from '../sound/leg-recordings.js';
import { DigitSender } from './digit-sender.js';
import { LegMutes } from './leg-mutes.js';
import type { LegState } from './leg-state.js';
import type { LegSurroundings } from './leg-surroundings.js';
import { PressedKeys } from './pressed-keys.js';

/** The leg, as far as its sound needs it. */
export interface SoundingLeg {
  readonly channelId: string | undefined;
  /** Of the leg, gone with it. */
  readonly timers: TimerSet;
  /** `uuid_<verb> <channel> <rest>`; rejects where there is no channel or no connection. */
  command(verb: string, rest: string): Promise<string>;
  /** A key was pressed; `missed`: while nobody listened. */
  pressed(digit: string, missed: boolean): void;
  /** Its snapshot is another. */
  changed(): void;
}

/** What is played, recorded, muted, pressed and sent on a leg, whichever channel carries it. */
export class LegSound {
  readonly player: LegPlayer;
  readonly recordings: LegRecordings;
  readonly mutes: LegMutes;
  /** Keys that nobody collected yet. */
  readonly digits: DigitInbox;
  readonly sender: DigitSender;
  readonly #keys: PressedKeys;
  #isOpen = false;

  constructor(leg: SoundingLeg, around: LegSurroundings) {
    const { timers } = leg;
    const { logger, files, folder } = around;
    const api = (verb: string, rest: string) => leg.command(verb, rest);
    this.digits = new DigitInbox(timers);
    this.#keys = new PressedKeys({
      kept: around.keepsSnapshots,
      command: api,
      pressed: (digit) => leg.pressed(digit, false),
      missed: (digit) => leg.pressed(digit, true),
    });
    this.sender = new DigitSender(timers, api);
    this.mutes = new LegMutes({ logger, audio: (rest) => api('audio', rest) });
    this.recordings = new LegRecordings({ folder, clock: around.timers, logger, api, changed: () => leg.changed() });
    this.player = new LegPlayer({
      files,
      clock: timers,
      logger,
      newId: () => around.newId(),
      execute: (app, arg, eventId) => around.execute(leg.channelId ?? '', app, arg, eventId),
      api,
      hush: (on) => this.mutes.hush(on),
    });
  }

  /** There was sound: it can be sent and recorded. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The channel has sound from now on. */
  open(): void {
    this.#isOpen = true;
    this.recordings.begin();
    this.mutes.open();
    this.sender.open();
  }

  /** Becomes what a former process had; nothing is done before `takeUp`. */
  restore({ muted, isSilenced, recordings }: LegState): void {
    this.mutes.restore(muted, isSilenced);
    this.recordings.restore(recordings);
  }

  /** The channel has sound, and what a former process left on it. */
  takeUp(): void {
    this.#isOpen = true;
    this.player.takeUp();
    this.sender.open();
    this.recordings.takeUp();
  }

  /** An event of the channel. */
  handle(event: EslEvent) {
    switch (event.name) {
      case 'PLAYBACK_START':
      case 'CHANNEL_EXECUTE_COMPLETE':
        return this.player.handle(event);
      case 'DTMF':
        return this.#keys.heard(event.get('DTMF-Digit') ?? '');
      default:
    }
  }

  /** The channel as it was found after a time without events. */
  resynced(dump: EslEvent): void {
    this.player.resume();
    this.#keys.found(dump);
  }

  /** Another channel has the leg. */
  moved(): void {
    this.#keys.moved();
    this.player.resume();
    this.mutes.forget();
  }

  /** The leg has ended. Recordings are closed by themselves. */
  close(): void {
    this.player.close();
    this.digits.close();
    this.sender.close();
  }
}
