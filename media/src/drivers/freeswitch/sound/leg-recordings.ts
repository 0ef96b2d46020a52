import type { LiveRecording, RecordOptions } from '../../../port/live-call.js';
import type { EslEvent } from '../esl/esl-event.js';
import { LegRecording, type LegRecordingParts, type RecordingState } from './leg-recording.js';

/** The recordings of one leg that are not closed. */
export class LegRecordings {
  readonly #parts: LegRecordingParts;
  readonly #open = new Set<LegRecording>();

  constructor(parts: LegRecordingParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#open.size;
  }

  get all(): readonly LiveRecording[] {
    return [...this.#open];
  }

  /** Of those that run. */
  get states(): readonly RecordingState[] {
    return [...this.#open].flatMap((recording) => recording.state ?? []);
  }

  /** Adds one under that name. It begins with `begin`. */
  add(options: RecordOptions, name: string): LegRecording {
    const recording = new LegRecording(options, this.#parts, name);
    this.#keep(recording);
    return recording;
  }

  /** Those that a former process began. */
  restore(states: readonly RecordingState[]): void {
    for (const state of states) this.#keep(LegRecording.restored(state, this.#parts));
  }

  /** The leg's sound flows. */
  begin(): void {
    for (const recording of this.#open) recording.begin();
  }

  takeUp(): void {
    for (const recording of this.#open) recording.takeUp();
  }

  /** See `LegRecording.channelMoves`. */
  async channelMoves(): Promise<void> {
    await Promise.all([...this.#open].map((recording) => recording.channelMoves()));
  }

  handle(event: EslEvent): void {
    for (const recording of [...this.#open]) recording.handle(event);
  }

  channelGone(): void {
    for (const recording of [...this.#open]) recording.channelGone();
  }

  /** Resolves when all are closed. */
  async closed(): Promise<void> {
    await Promise.all([...this.#open].map((recording) => recording.finished));
  }

  #keep(recording: LegRecording): void {
    this.#open.add(recording);
    void recording.finished.then(() => {
      this.#open.delete(recording);
      this.#parts.changed();
    });
  }
}
