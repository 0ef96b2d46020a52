import type { Clock } from '@hookswitch/kernel/clock';
import type { TimerSet } from '@hookswitch/media/port/timer-set';
import { GrowingFile, mixOf, type Sounding } from './double-sound.js';

/** What recordings need of their channel. */
export interface RecordedChannel {
  readonly clock: Clock;
  readonly timers: TimerSet;
  /** What its phone says and hears now. */
  said(): readonly Sounding[];
  heard(): readonly Sounding[];
  /** It is recorded into that file from now on, or no longer. */
  tell(event: 'RECORD_START' | 'RECORD_STOP', path: string): void;
}

/** The files that a channel is recorded into, by path. They are written while it lasts. */
export class ChannelRecordings {
  readonly #channel: RecordedChannel;
  readonly #open = new Map<string, { file: GrowingFile; since: number; masked: boolean }>();

  constructor(channel: RecordedChannel) {
    this.#channel = channel;
  }

  /** Nothing more happens where it is recorded there before (37). */
  start(path: string): void {
    if (this.#open.has(path)) return;
    this.#open.set(path, { file: new GrowingFile(path), since: this.#channel.clock.now(), masked: false });
    this.#channel.tell('RECORD_START', path);
    this.#goOn(path);
  }

  /** False where it is not recorded there. */
  mask(path: string, masked: boolean): boolean {
    const recording = this.#open.get(path);
    if (!recording) return false;
    this.#catchUp(path);
    recording.masked = masked;
    return true;
  }

  /** False where it is not recorded there. */
  stop(path: string): boolean {
    const recording = this.#open.get(path);
    if (!recording) return false;
    this.#catchUp(path);
    this.#open.delete(path);
    recording.file.close();
    this.#channel.tell('RECORD_STOP', path);
    return true;
  }

  stopAll(): void {
    for (const path of [...this.#open.keys()]) this.stop(path);
  }

  #goOn(path: string): void {
    this.#channel.timers.after(20, () => {
      if (!this.#open.has(path)) return;
      this.#catchUp(path);
      this.#goOn(path);
    });
  }

  /** Writes what was said and heard since. */
  #catchUp(path: string): void {
    const { file, since, masked } = this.#open.get(path)!;
    const { clock, said, heard } = this.#channel;
    const count = Math.floor((clock.now() - since) * 8) - file.frames;
    if (count <= 0) return;
    const silence = new Int16Array(count);
    if (masked) file.append(silence, silence);
    else file.append(mixOf(said(), count, file.frames), mixOf(heard(), count, file.frames));
  }
}
