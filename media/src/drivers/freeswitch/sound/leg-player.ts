import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { PlayOptions, PlayResult } from '../../../port/live-call.js';
import type { Sound } from '../../../port/sound.js';
import { SwitchUnreachableError } from '../esl/esl-errors.js';
import type { EslEvent } from '../esl/esl-event.js';
import { PlayingSound } from './playing-sound.js';
import type { SoundFile, SoundFiles, SoundPart } from './sound-files.js';

/** How sound is put on the channel: by the application `playback` where the leg is alone, over what it hears where it is in a room. */
export type PlayWay = 'alone' | 'in-room';

export interface LegPlayerParts {
  readonly files: SoundFiles;
  readonly clock: Clock;
  readonly logger: Logger;
  newId(): string;
  /** Has the leg's channel run an application; rejects where it cannot be told. */
  execute(app: string, arg: string, eventId: string): Promise<unknown>;
  /** Runs an API command on the leg's channel: `uuid_<verb> <channel> <rest>`. */
  api(verb: string, rest: string): Promise<string>;
  /** Keeps from the leg what comes to it from its room, or no longer. */
  hush(on: boolean): Promise<unknown>;
}

interface Run {
  readonly eventId: string;
  readonly playing: PlayingSound;
  readonly way: PlayWay;
  file: SoundFile | undefined;
  startedAt: number | undefined;
  /** It is to end: its application is broken as soon as it has begun. */
  ending: boolean;
  breakSent: boolean;
  cancelTimer: (() => void) | undefined;
  readonly tries: number;
}

/** A sound that finds no connection is tried so often. */
const mostTries = 3;

/**
 * What one leg is played: one sound at a time, or the music of its hold while nothing else is. A second sound waits until FreeSWITCH has ended the first, since a
 * break hits whatever is playing when it arrives.
 */
export class LegPlayer {
  readonly #parts: LegPlayerParts;
  #way: PlayWay | undefined;
  #sound: PlayingSound | undefined;
  #music: PlayingSound | undefined;
  #run: Run | undefined;
  #closed = false;
  /** A former process may have begun a sound. */
  #isStale = false;
  #quietWaiters: (() => void)[] = [];

  constructor(parts: LegPlayerParts) {
    this.#parts = parts;
  }

  /** See `LiveCall.play`. */
  play(sound: Sound, options: PlayOptions): Promise<PlayResult> {
    if (this.#closed) return Promise.resolve({ end: 'call-ended', playedMs: 0 });
    const { signal } = options;
    if (signal?.aborted) return Promise.resolve({ end: 'interrupted', playedMs: 0 });
    return new Promise((resolve) => {
      const stop = () => this.#endSound(playing, 'interrupted');
      const playing = new PlayingSound(sound, options, (result) => {
        signal?.removeEventListener('abort', stop);
        resolve(result);
      });
      signal?.addEventListener('abort', stop, { once: true });
      if (this.#sound) this.#endSound(this.#sound, 'interrupted');
      this.#sound = playing;
      this.#next();
    });
  }

  /** What is played, looped, while nothing else is; undefined ends it. */
  setMusic(music: Sound | undefined): void {
    this.#music = music && new PlayingSound(music, { loops: 0 }, () => undefined);
    this.#next();
  }

  /** The way by which sound reaches the leg from now on; undefined while it is nowhere. What is being played goes on by the new way. */
  setWay(way: PlayWay | undefined): void {
    if (this.#closed || this.#way === way) return;
    this.#way = way;
    this.#next();
  }

  /** Resolves once nothing is played: where no way is set, soon. */
  async quiet(): Promise<void> {
    while (this.#run) await new Promise<void>((resolve) => this.#quietWaiters.push(resolve));
  }

  /** What a former process plays is broken off by the first sound of ours. */
  takeUp(): void {
    this.#isStale = true;
  }

  /** After a time without events: nobody knows whether what was played is over. What should have been heard meanwhile counts, the rest is played. */
  resume(): void {
    const run = this.#run;
    if (run?.startedAt === undefined) return;
    this.#heardSoFar();
    run.cancelTimer?.();
    if (run.way === 'alone') this.#parts.api('break', 'all').catch(() => undefined);
    else this.#parts.api('displace', `stop ${run.file?.path}`).catch(() => undefined);
    this.#ran();
    this.#next();
  }

  /** An event of the leg's channel. */
  handle(event: EslEvent): void {
    const run = this.#run;
    if (run?.way !== 'alone') return;
    if (event.name === 'PLAYBACK_START' && event.get('Playback-File-Path') === run.file?.path) {
      run.startedAt = this.#parts.clock.monotonic();
      if (run.ending) this.#break(run);
    } else if (event.name === 'CHANNEL_EXECUTE_COMPLETE' && event.get('Application-UUID') === run.eventId) {
      // A hang-up cuts it, and FreeSWITCH says all the same that it was played: the end of the channel is about to be told.
      if (event.get('Answer-State') === 'hangup') return;
      if (event.get('Application-Response') === 'FILE NOT FOUND') this.#notFound(run);
      else this.#over(run);
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#heardSoFar();
    this.#run?.cancelTimer?.();
    this.#ran();
    this.#music = undefined;
    const sound = this.#sound;
    this.#sound = undefined;
    sound?.end('call-ended');
  }

  /** Brings what is played in line with what should be. */
  #next(tries = 0): void {
    if (this.#closed) return;
    const wanted = this.#way === undefined ? undefined : (this.#sound ?? this.#music);
    const run = this.#run;
    if (run) {
      if (run.playing !== wanted || run.way !== this.#way) this.#stop(run);
      return;
    }
    if (!wanted || this.#way === undefined) return;
    const part = wanted.next();
    if (part) void this.#start(wanted, this.#way, part, tries);
    else this.#endSound(wanted, 'finished');
  }

  async #start(playing: PlayingSound, way: PlayWay, part: SoundPart, tries: number): Promise<void> {
    const run: Run = {
      eventId: this.#parts.newId(),
      playing,
      way,
      file: undefined,
      startedAt: undefined,
      ending: false,
      breakSent: false,
      cancelTimer: undefined,
      tries,
    };
    this.#run = run;
    try {
      run.file = await this.#parts.files.file(playing.sound, part);
      if (this.#run !== run) return;
      if (run.ending) return this.#over(run);
      if (way === 'alone' && this.#isStale) await this.#parts.api('break', 'all');
      this.#isStale = false;
      if (way === 'alone') await this.#parts.execute('playback', run.file.path, run.eventId);
      else await this.#startInRoom(run, run.file);
    } catch (error) {
      this.#failed(run, error);
    }
  }

  async #startInRoom(run: Run, file: SoundFile): Promise<void> {
    // Always mixed: without that the leg itself would not be heard meanwhile. So for a sound instead of the room the room is kept away.
    if (run.playing.mode === 'instead') await this.#parts.hush(true);
    await this.#parts.api('displace', `start ${file.path} 0 mux`);
    if (this.#run !== run) return;
    run.startedAt = this.#parts.clock.monotonic();
    run.cancelTimer = this.#parts.clock.after(file.durationMs, () => this.#over(run));
    if (run.ending) this.#break(run);
  }

  #stop(run: Run): void {
    if (run.ending) return;
    run.ending = true;
    if (run.startedAt !== undefined) this.#break(run);
  }

  #break(run: Run): void {
    if (run.breakSent) return;
    run.breakSent = true;
    const done =
      run.way === 'alone'
        ? this.#parts.api('break', 'all')
        : this.#parts.api('displace', `stop ${run.file?.path}`).then(() => this.#over(run));
    done.catch((error: unknown) => this.#failed(run, error));
  }

  #ran(): void {
    const run = this.#run;
    this.#run = undefined;
    if (run?.way === 'in-room' && run.playing.mode === 'instead' && !this.#closed)
      this.#parts.hush(false).catch(() => undefined);
    const waiters = this.#quietWaiters;
    this.#quietWaiters = [];
    for (const resolve of waiters) resolve();
  }

  /** FreeSWITCH plays it no more. */
  #over(run: Run): void {
    if (this.#run !== run) return;
    run.cancelTimer?.();
    if (run.ending) this.#heardSoFar();
    else run.playing.played(run.file?.durationMs ?? 0);
    this.#ran();
    this.#next();
  }

  #notFound(run: Run) {
    const path = run.file?.path ?? '';
    this.#parts.files.missing(path);
    if (run.tries + 1 >= mostTries) return this.#failed(run, new Error(`FreeSWITCH finds no file ${path}`));
    this.#ran();
    this.#next(run.tries + 1);
  }

  #failed(run: Run, error: unknown) {
    if (this.#run !== run) return;
    this.#ran();
    // The connection fell: it goes on where it was once that is back.
    if (error instanceof SwitchUnreachableError && run.tries < mostTries) return this.#next(run.tries + 1);
    this.#parts.logger.error({ err: error }, 'a sound could not be played');
    if (this.#music === run.playing) this.#music = undefined;
    this.#endSound(run.playing, 'interrupted');
  }

  #endSound(playing: PlayingSound, end: PlayResult['end']) {
    if (this.#sound !== playing) return this.#next();
    if (this.#run?.playing === playing) this.#heardSoFar();
    this.#sound = undefined;
    playing.end(end);
    this.#next();
  }

  /** Counts what was heard of what is being played until now. */
  #heardSoFar(): void {
    const run = this.#run;
    if (run?.startedAt === undefined) return;
    const now = this.#parts.clock.monotonic();
    run.playing.played(Math.min(run.file?.durationMs ?? 0, now - run.startedAt));
    run.startedAt = now;
  }
}
