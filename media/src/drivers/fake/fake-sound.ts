import { type MediaStats, noMedia, type RecordOptions } from '../../port/live-call.js';
import type { Sound } from '../../port/sound.js';
import { TimerSet } from '../../port/timer-set.js';
import { FakeHearing } from './fake-hearing.js';
import { FakeRecording, type SaveRecording } from './fake-recording.js';
import { type Sounding, SoundTrack } from './sound-track.js';

/** The sound of one leg: what its far end says, what it is given to hear, and what is recorded of both. It goes on while no engine leads it. */
export class FakeSound {
  /** The call id of its leg. */
  readonly id: string;
  /** What the far end said. */
  readonly said: SoundTrack;
  /** What it is given to hear. */
  readonly hearing: FakeHearing;
  /** All there ever were. */
  readonly recordings: FakeRecording[] = [];
  readonly #timers: TimerSet;
  readonly #save: SaveRecording;
  /** Who hears it. */
  readonly #audience = new Set<FakeSound>();
  readonly #muted = { in: false, out: false };
  #openSince: number | undefined;
  #held = false;
  #closed = false;

  constructor(id: string, timers: TimerSet, save: SaveRecording) {
    this.id = id;
    this.#timers = new TimerSet(timers);
    this.#save = save;
    this.said = new SoundTrack(timers);
    this.hearing = new FakeHearing(this.#timers, timers, {
      isOpen: () => this.isOpen && !this.#held && !this.#muted.out,
    });
  }

  /** Sound goes both ways. */
  get isOpen(): boolean {
    return this.#openSince !== undefined && !this.#closed;
  }

  /** The far end holds us. */
  get held(): boolean {
    return this.#held;
  }

  get openRecordings(): number {
    return this.recordings.filter(({ isOver }) => !isOver).length;
  }

  /** What others hear of it now. */
  get heardByOthers(): readonly Sounding[] {
    if (!this.isOpen || this.#muted.in) return [];
    return this.said.current.map((said) => ({ ...said, from: 'peer', peer: this.id }));
  }

  /** What it came to, as far as time tells. */
  stats(codec: string): MediaStats {
    if (this.#openSince === undefined) return noMedia;
    const packets = Math.floor((this.#timers.now() - this.#openSince) / 20);
    return {
      ...noMedia,
      codec,
      packetsSent: packets,
      packetsReceived: packets,
      mos: packets > 0 ? 4.4 : undefined,
    };
  }

  open(): void {
    if (this.#openSince !== undefined) return;
    this.#openSince = this.#timers.now();
    this.#changed();
  }

  hold(held: boolean): void {
    this.#held = held;
    this.hearing.refresh();
  }

  mute(direction: 'in' | 'out', muted: boolean): void {
    this.#muted[direction] = muted;
    this.#changed();
  }

  /** It hears these from now on. */
  hear(others: readonly FakeSound[]): void {
    for (const before of this.hearing.legs) before.#audience.delete(this);
    for (const other of others) other.#audience.add(this);
    this.hearing.setLegs(others);
  }

  /** What the far end says from now on; undefined: nothing. */
  says(sound: Sound | undefined): void {
    if (this.#closed) return;
    this.said.set(sound ? [{ sound, from: 'far-end', loops: 1, begunAt: this.#timers.now() }] : []);
    for (const recording of this.recordings) recording.saidChanged();
    this.#refreshAudience();
  }

  record(options: RecordOptions): FakeRecording {
    const recording = new FakeRecording(
      options,
      this.#timers,
      { said: this.said, heard: this.hearing.track },
      this.#save,
    );
    this.recordings.push(recording);
    if (this.#closed) void recording.end('call-ended');
    return recording;
  }

  /** Nothing sounds any more. Resolves once every recording is written. */
  async close(): Promise<void> {
    this.hearing.stopPlaying('call-ended');
    this.said.set([]);
    this.#closed = true;
    this.#changed();
    this.hear([]);
    const closing = this.recordings.map((recording) => recording.end('call-ended'));
    this.#timers.cancelAll();
    await Promise.all(closing);
  }

  #changed(): void {
    this.hearing.refresh();
    this.#refreshAudience();
  }

  #refreshAudience(): void {
    for (const listener of this.#audience) listener.hearing.refresh();
  }
}
