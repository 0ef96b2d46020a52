import { Emitter, type Listenable } from '@hookswitch/kernel/emitter';
import type { Turns } from '@hookswitch/kernel/turns';
import { MediaPlaneLostError, NoMediaPortError } from '../../../port/engine-errors.js';
import {
  type CapturedFile,
  type MediaStats,
  noMedia,
  type PlayResult,
  type RecordOptions,
} from '../../../port/live-call.js';
import {
  type MediaPlane,
  type MediaPlaneEvents,
  type MediaPlaneGauges,
  type MediaPlaneLoad,
  noMediaPlaneLoad,
  type OpenLeg,
  type OpenLegOptions,
} from './media-plane.js';
import type { PlaneCommand, PlaneFailure, PlaneLine, PlaneMessage } from './plane-messages.js';
import { PreparedPorts } from './prepared-ports.js';
import { recoverCapture } from './recover-capture.js';

/** Legs that close within this time of another are closed together, milliseconds: what a packet of sound lasts. */
export const betweenClosesMs = 20;

const beingStopped = 'it is being stopped';
const callEnded: PlayResult = { end: 'call-ended', playedMs: 0 };

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  /** What it settles with when the line is lost; none: it is rejected. */
  readonly otherwise: (() => unknown) | undefined;
}

export interface RemotePlaneOptions {
  /** Ends the line, after the last leg. */
  readonly end: () => Promise<void>;
  /** Resolves once it is known whether there is a line; default: at once. What opens or takes over legs waits for it. */
  readonly decided?: () => Promise<void>;
  /** When legs are closed: those of calls that end close together in one go, for waking the plane costs more than closing. Default: each at once. */
  readonly closing?: Turns;
}

/**
 * A media plane somewhere else, at the other end of a line. Should the line be lost, everything promised is settled, recordings are finished from disk, and each
 * leg is reported as `gone`, so that its call ends. It may get another line after that, and then begins with nothing.
 */
export class RemoteMediaPlane implements MediaPlane {
  readonly #options: RemotePlaneOptions;
  readonly #events = new Emitter<MediaPlaneEvents>();
  readonly #waiting = new Map<number, Waiting>();
  readonly #legs = new Set<string>();
  readonly #prepared = new PreparedPorts((address, count) => this.prepare(address, count));
  #recordings = 0;
  #lastId = 0;
  #line: PlaneLine | undefined;
  #whyNot: string | undefined;
  #stopping: Promise<void> | undefined;

  /** @param whyNot why there is no line yet */
  constructor(whyNot: string, options: RemotePlaneOptions) {
    this.#whyNot = whyNot;
    this.#options = options;
  }

  get events(): Listenable<MediaPlaneEvents> {
    return this.#events;
  }

  /** Its line is there. */
  attach(line: PlaneLine): void {
    this.#line = line;
    this.#whyNot = undefined;
  }

  /** Whether the plane said that it opens no leg any more. */
  setStopping(stopping: boolean): void {
    if (this.#line) this.#whyNot = stopping ? beingStopped : undefined;
  }

  whyNot(): string | undefined {
    return this.#whyNot;
  }

  /** What came over its line. */
  hear(message: PlaneMessage): void {
    if (message.kind === 'event') {
      (this.#events.emit as (name: string, ...values: readonly unknown[]) => void).call(
        this.#events,
        message.name,
        ...message.values,
      );
      return;
    }
    if (message.kind === 'unopened') {
      if (this.#legs.delete(message.legId)) this.#events.emit('gone', message.legId, errorOf(message.failure));
      return;
    }
    const waiter = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.kind === 'answer') waiter?.resolve(message.value);
    else waiter?.reject(errorOf(message.failure));
  }

  /** Its line is lost, or there is still none for another reason. */
  lost(whyNot: string): void {
    this.#whyNot = whyNot;
    const why = new MediaPlaneLostError(whyNot);
    this.#line = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const waiter of waiting) {
      if (waiter.otherwise) waiter.resolve(waiter.otherwise());
      else waiter.reject(why);
    }
    const legs = [...this.#legs];
    this.#legs.clear();
    this.#prepared.forget();
    if (!this.#stopping) for (const legId of legs) this.#events.emit('gone', legId, why);
  }

  async takeOver(legIds: readonly string[]): Promise<readonly OpenLeg[]> {
    await this.#options.decided?.();
    this.#prepared.forget();
    const taken = await this.#ask<readonly OpenLeg[]>('takeOver', [legIds], () => []);
    this.#legs.clear();
    for (const { legId } of taken) this.#legs.add(legId);
    return taken;
  }

  async prepare(bindAddress: string, count: number): Promise<readonly number[]> {
    await this.#options.decided?.();
    return this.#ask<readonly number[]>('prepare', [bindAddress, count], () => []).catch(() => []);
  }

  async open(legId: string, options: OpenLegOptions): Promise<{ port: number }> {
    await this.#options.decided?.();
    const prepared =
      this.#whyNot === undefined && options.port === undefined ? this.#prepared.take(options.bindAddress) : undefined;
    return prepared === undefined ? this.#openAnywhere(legId, options) : this.#openOn(prepared, legId, options);
  }

  releasePrepared(bindAddress: string, port: number): void {
    this.#tell('releasePrepared', [bindAddress, port]);
  }

  /** On a port that the plane prepared: it is open for whatever is asked of it next. */
  #openOn(port: number, legId: string, options: OpenLegOptions): { port: number } {
    this.#tell('open', [legId, { ...options, port }]);
    this.#legs.add(legId);
    return { port };
  }

  /** On any port. Where the range is full, on one that was bound ahead. */
  async #openAnywhere(legId: string, options: OpenLegOptions): Promise<{ port: number }> {
    for (;;) {
      try {
        const opened = await this.#ask<{ port: number }>('open', [legId, options], undefined);
        this.#legs.add(legId);
        return opened;
      } catch (error) {
        if (!(error instanceof NoMediaPortError) || options.port !== undefined) throw error;
        const last = await this.#prepared.takeLast(options.bindAddress);
        if (!last) throw error;
        if (last.address === options.bindAddress) return this.#openOn(last.port, legId, options);
        this.releasePrepared(last.address, last.port);
      }
    }
  }

  readonly setRemote: MediaPlane['setRemote'] = (...values) => this.#tell('setRemote', values);

  readonly play: MediaPlane['play'] = (...values) => this.#ask('play', values, () => callEnded);

  readonly stopPlay: MediaPlane['stopPlay'] = (...values) => this.#tell('stopPlay', values);

  readonly sendDigits: MediaPlane['sendDigits'] = (...values) => this.#ask('sendDigits', values, () => undefined);

  readonly cancelDigits: MediaPlane['cancelDigits'] = (...values) => this.#tell('cancelDigits', values);

  readonly setHoldMusic: MediaPlane['setHoldMusic'] = (...values) => this.#tell('setHoldMusic', values);

  readonly setRoom: MediaPlane['setRoom'] = (...values) => this.#tell('setRoom', values);

  startRecording(legId: string, options: RecordOptions): Promise<CapturedFile> {
    return this.#record('startRecording', legId, options);
  }

  followRecording(legId: string, options: RecordOptions): Promise<CapturedFile> {
    return this.#record('followRecording', legId, options);
  }

  readonly pauseRecording: MediaPlane['pauseRecording'] = (...values) => this.#tell('pauseRecording', values);

  readonly resumeRecording: MediaPlane['resumeRecording'] = (...values) => this.#tell('resumeRecording', values);

  readonly stopRecording: MediaPlane['stopRecording'] = (...values) => this.#tell('stopRecording', values);

  readonly mute: MediaPlane['mute'] = (...values) => this.#tell('mute', values);

  readonly enableInbandDigits: MediaPlane['enableInbandDigits'] = (...values) =>
    this.#tell('enableInbandDigits', values);

  readonly stats: MediaPlane['stats'] = (...values) => this.#ask('stats', values, () => noMedia);

  async close(legId: string): Promise<MediaStats> {
    await this.#options.closing?.turn();
    const stats = await this.#ask('close', [legId], () => noMedia);
    this.#legs.delete(legId);
    return stats;
  }

  gauges(): MediaPlaneGauges {
    const legs = this.#legs.size;
    return { legs, ports: legs * 2, recordings: this.#recordings, timers: 0 };
  }

  load(): Promise<MediaPlaneLoad> {
    return this.#ask('load', [], () => noMediaPlaneLoad);
  }

  stop(): Promise<void> {
    this.#stopping ??= (async () => {
      await Promise.all([...this.#legs].map((legId) => this.close(legId)));
      await this.#ask<void>('stop', [], () => undefined);
      await this.#options.end();
    })();
    return this.#stopping;
  }

  async #record(command: 'startRecording' | 'followRecording', legId: string, options: RecordOptions) {
    this.#recordings++;
    try {
      return await this.#ask<CapturedFile>(command, [legId, options], () => rescue(options));
    } finally {
      this.#recordings--;
    }
  }

  #tell(command: PlaneCommand, values: readonly unknown[]): void {
    this.#line?.post({ id: 0, command, arguments: values });
  }

  #ask<Value>(
    command: PlaneCommand,
    values: readonly unknown[],
    otherwise: (() => Value | Promise<Value>) | undefined,
  ): Promise<Value> {
    const line = this.#line;
    if (!line)
      return otherwise
        ? Promise.resolve(otherwise())
        : Promise.reject(new MediaPlaneLostError(this.#whyNot ?? 'it is gone'));
    const id = ++this.#lastId;
    return new Promise<Value>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject, otherwise });
      line.post({ id, command, arguments: values });
    });
  }
}

/** A recording whose writer is gone: whatever is on disk. */
async function rescue(options: RecordOptions): Promise<CapturedFile> {
  const { recordingId, path, channels } = options;
  const saved = await recoverCapture(path).catch(() => undefined);
  return saved ?? { recordingId, path, channels, sampleRate: 8000, durationMs: 0, startedAt: 0, end: 'write-failed' };
}

function errorOf({ code, message }: PlaneFailure): Error {
  if (code === 'no-media-port') return new NoMediaPortError();
  // One that answers is there: it says so when it is about to go.
  return code === 'media-plane-lost' ? new MediaPlaneLostError(beingStopped) : new Error(message);
}
