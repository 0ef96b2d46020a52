import { BaseError } from '@hookswitch/kernel/base-error';
import { Emitter } from '@hookswitch/kernel/emitter';
import { startThread } from '../../../net/media-thread.js';
import { NoMediaPortError } from '../../../port/engine-errors.js';
import { type CapturedFile, noMedia, type PlayResult, type RecordOptions } from '../../../port/live-call.js';
import type { Sound } from '../../../port/sound.js';
import type { MediaPlane, MediaPlaneEvents, MediaPlaneLoad, MediaPlaneSettings } from './media-plane.js';
import type {
  CommandMessage,
  PlaneCommand,
  ThreadFailure,
  ThreadMessage,
  ThreadStart,
} from './media-thread-protocol.js';
import { recoverCapture } from './recover-capture.js';

/** The media thread is gone; no leg has sound any more. */
export class MediaThreadLostError extends BaseError {
  constructor(detail: string) {
    super('unavailable', 'media-thread-lost', `The media thread ended: ${detail}. Restart the node.`);
  }
}

const noLoad: MediaPlaneLoad = {
  pacedPackets: 0,
  lateP50Ms: 0,
  lateP99Ms: 0,
  lateMaxMs: 0,
  forwardedPackets: 0,
  refusedPackets: 0,
  cpuMs: 0,
};

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  /** What it settles with when the thread is gone; none: it is rejected. */
  readonly otherwise: (() => unknown) | undefined;
}

/**
 * A media plane in a worker thread of its own, on real UDP sockets. Sounds cross in shared memory, once each; encoded sound is cached
 * on the other side. Should the thread die, everything promised is settled, recordings are finished from disk, and each
 * leg is reported as `mediaLost`, so that its call ends.
 */
export function createThreadedMediaPlane(
  settings: Partial<MediaPlaneSettings> = {},
  start: typeof startThread = startThread,
): MediaPlane {
  const events = new Emitter<MediaPlaneEvents>();
  const waiting = new Map<number, Waiting>();
  const legs = new Set<string>();
  const shared = new WeakMap<Int16Array, Int16Array>();
  let recordings = 0;
  let lastId = 0;
  let lost: MediaThreadLostError | undefined;
  let stopping: Promise<void> | undefined;

  const onMessage = (message: ThreadMessage) => {
    if (message.kind === 'event') {
      (events.emit as (name: string, ...values: readonly unknown[]) => void).call(
        events,
        message.name,
        ...message.values,
      );
      return;
    }
    const waiter = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.kind === 'answer') waiter?.resolve(message.value);
    else waiter?.reject(errorOf(message.failure));
  };

  const onEnd = (detail: string) => {
    lost = new MediaThreadLostError(detail);
    for (const waiter of waiting.values()) {
      if (waiter.otherwise) waiter.resolve(waiter.otherwise());
      else waiter.reject(lost);
    }
    waiting.clear();
    if (!stopping) for (const legId of [...legs]) events.emit('mediaLost', legId);
    legs.clear();
  };

  const thread = start<ThreadStart, CommandMessage, ThreadMessage>(
    new URL('./media-thread.js', import.meta.url),
    { settings },
    onMessage,
    onEnd,
  );

  const tell = (command: PlaneCommand, ...values: readonly unknown[]) => {
    if (!lost) thread.post({ id: 0, command, arguments: values });
  };

  const ask = <Value>(
    command: PlaneCommand,
    values: readonly unknown[],
    otherwise: (() => Value | Promise<Value>) | undefined,
  ): Promise<Value> => {
    if (lost) return otherwise ? Promise.resolve(otherwise()) : Promise.reject(lost);
    const id = ++lastId;
    return new Promise<Value>((resolve, reject) => {
      waiting.set(id, { resolve: resolve as (value: unknown) => void, reject, otherwise });
      thread.post({ id, command, arguments: values });
    });
  };

  const shareSound = (sound: Sound): Sound => {
    if (sound.kind === 'tone' || sound.samples.buffer instanceof SharedArrayBuffer) return sound;
    let copy = shared.get(sound.samples);
    if (!copy) {
      copy = new Int16Array(new SharedArrayBuffer(sound.samples.byteLength));
      copy.set(sound.samples);
      shared.set(sound.samples, copy);
    }
    return { ...sound, samples: copy };
  };

  const callEnded: PlayResult = { end: 'call-ended', playedMs: 0 };

  return {
    events,
    takeOver: (legIds) => ask('takeOver', [legIds], () => []),
    async open(legId, options) {
      const opened = await ask<{ port: number }>('open', [legId, options], undefined);
      legs.add(legId);
      return opened;
    },
    setRemote: (...values) => tell('setRemote', ...values),
    play: (legId, playId, sound, how) => ask('play', [legId, playId, shareSound(sound), how], () => callEnded),
    stopPlay: (...values) => tell('stopPlay', ...values),
    sendDigits: (...values) => ask<void>('sendDigits', values, () => undefined),
    cancelDigits: (...values) => tell('cancelDigits', ...values),
    setHoldMusic: (legId, music) => tell('setHoldMusic', legId, music && shareSound(music)),
    setRoom: (...values) => tell('setRoom', ...values),
    async startRecording(legId, options) {
      recordings++;
      try {
        return await ask<CapturedFile>('startRecording', [legId, options], () => rescue(options));
      } finally {
        recordings--;
      }
    },
    followRecording: (legId, options) => ask('followRecording', [legId, options], () => rescue(options)),
    pauseRecording: (...values) => tell('pauseRecording', ...values),
    resumeRecording: (...values) => tell('resumeRecording', ...values),
    stopRecording: (...values) => tell('stopRecording', ...values),
    mute: (...values) => tell('mute', ...values),
    enableInbandDigits: (...values) => tell('enableInbandDigits', ...values),
    stats: (...values) => ask('stats', values, () => noMedia),
    async close(legId) {
      const stats = await ask('close', [legId], () => noMedia);
      legs.delete(legId);
      return stats;
    },
    gauges: () => ({ legs: legs.size, ports: legs.size * 2, recordings, timers: 0 }),
    load: () => ask('load', [], () => noLoad),
    stop() {
      stopping ??= ask<void>('stop', [], () => undefined).then(() => thread.stop());
      return stopping;
    },
  };
}

/** A recording whose thread died: whatever is on disk. */
async function rescue(options: RecordOptions): Promise<CapturedFile> {
  const { recordingId, path, channels } = options;
  const saved = await recoverCapture(path).catch(() => undefined);
  return saved ?? { recordingId, path, channels, sampleRate: 8000, durationMs: 0, startedAt: 0, end: 'write-failed' };
}

function errorOf(failure: ThreadFailure): Error {
  return failure.code === 'no-media-port' ? new NoMediaPortError() : new Error(failure.message);
}
