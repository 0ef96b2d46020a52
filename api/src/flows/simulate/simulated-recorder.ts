import type { CallRecorder, CallRecording, RecordingResult, StartRecording } from '../../recordings/call-recorder.js';

/** Records by length: no file is written. */
export class SimulatedRecorder implements CallRecorder {
  readonly #active: CallRecording[] = [];
  #count = 0;

  async start({ leg, channels, directions, maxDurationSeconds, silenceTimeoutSeconds }: StartRecording) {
    const id = `simulation-${++this.#count}`;
    const live = leg.record({
      recordingId: id,
      path: id,
      channels,
      ...(directions === undefined ? {} : { directions }),
      ...(maxDurationSeconds === undefined ? {} : { maxDurationMs: maxDurationSeconds * 1000 }),
      ...(silenceTimeoutSeconds === undefined ? {} : { silenceTimeoutMs: silenceTimeoutSeconds * 1000 }),
    });
    const finished = live.finished.then(
      ({ recordingId, durationMs, end }): RecordingResult => ({
        recordingId,
        durationSeconds: Math.round(durationMs / 1000),
        end: end === 'write-failed' ? 'failed' : end,
      }),
    );
    const recording: CallRecording = {
      id,
      finished,
      pause: async (mode) => live.pause(mode),
      resume: async () => live.resume(),
      stop: async () => {
        await live.stop();
        return finished;
      },
    };
    this.#active.push(recording);
    void finished.then(() => this.#active.splice(this.#active.indexOf(recording), 1));
    return recording;
  }

  active(): readonly CallRecording[] {
    return [...this.#active];
  }
}
