import { type Clock, steadyClock } from '@hookswitch/kernel/clock';
import { Emitter } from '@hookswitch/kernel/emitter';
import type { Random } from '@hookswitch/kernel/random';
import { NoMediaPortError } from '../../../port/engine-errors.js';
import { type CapturedFile, type MediaStats, noMedia, type RecordOptions } from '../../../port/live-call.js';
import type { CaptureStore } from './capture-store.js';
import { LegRecording } from './leg-recording.js';
import type { LegSurroundings } from './leg-sender.js';
import { MediaLeg } from './media-leg.js';
import type { MediaNetwork } from './media-network.js';
import {
  defaultMediaPlaneSettings,
  type MediaPlane,
  type MediaPlaneEvents,
  type MediaPlaneSettings,
} from './media-plane.js';
import { type BoundPorts, MediaPorts } from './media-ports.js';
import { nodeCaptureStore } from './node-capture-store.js';
import { Pacer } from './pacer.js';
import { PortPool } from './port-pool.js';
import { Room } from './room.js';
import { SoundCache } from './sound-cache.js';

/** How often the slow duties run, milliseconds. */
const tendingMs = 250;

export interface MediaPlaneParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly network: MediaNetwork;
  /** Default: the local disk. */
  readonly captures?: CaptureStore;
  /** CPU time of the thread, milliseconds, where it can be told. */
  readonly cpuMs?: () => number;
}

/** A media plane on the given clock, chance and network, in the caller's thread: the simulation's, and the inside of the threaded one. */
export function createInProcessMediaPlane(settings: Partial<MediaPlaneSettings>, parts: MediaPlaneParts): MediaPlane {
  const all: MediaPlaneSettings = { ...defaultMediaPlaneSettings, ...settings };
  const { random, network } = parts;
  const clock = steadyClock(parts.clock);
  const captures = parts.captures ?? nodeCaptureStore;
  const events = new Emitter<MediaPlaneEvents>();
  const legs = new Map<string, MediaLeg>();
  const rooms = new Map<string, Room>();
  /** Rooms of a former control: they have no name, and go when their legs do. */
  const formerRooms = new WeakSet<Room>();
  const opening = new Map<string, Promise<unknown>>();
  const ports = new MediaPorts(network, new PortPool(all.portLow, all.portHigh, random.next()));
  const pacer = new Pacer(clock);
  const counts = { forwarded: 0, refused: 0 };
  let recordings = 0;
  let cancelTending: (() => void) | undefined;
  let stopped = false;
  let cpuBefore = parts.cpuMs?.() ?? 0;

  const around: LegSurroundings = {
    clock,
    random,
    settings: all,
    pacer,
    sounds: new SoundCache(all.soundCacheBytes),
    counts,
    onDigit: (legId, digit, via) => events.emit('digit', legId, digit, via),
    onMediaLost: (legId) => events.emit('mediaLost', legId),
    onSendFailed: (legId, code) => events.emit('sendFailed', legId, code),
  };

  const tend = () => {
    const now = clock.now();
    for (const leg of legs.values()) leg.tend(now);
    cancelTending = legs.size > 0 ? clock.after(tendingMs, tend) : undefined;
  };

  const start = (legId: string, bound: BoundPorts): MediaLeg => {
    const leg = new MediaLeg(legId, bound, around);
    legs.set(legId, leg);
    cancelTending ??= clock.after(tendingMs, tend);
    return leg;
  };

  /** The former control's room that some of these are in, for a new one to take its place. */
  const formerRoomOf = (present: readonly MediaLeg[]): Room | undefined => {
    const room = present.find((leg) => leg.room && formerRooms.has(leg.room))?.room;
    if (room) formerRooms.delete(room);
    return room;
  };

  const setRoom: MediaPlane['setRoom'] = (roomId, listening) => {
    const hears = new Map<MediaLeg, readonly MediaLeg[]>();
    const present = new Map(listening.flatMap(({ legId }) => (legs.has(legId) ? [[legId, legs.get(legId)!]] : [])));
    for (const { legId, hears: ids } of listening) {
      const leg = present.get(legId);
      if (leg)
        hears.set(
          leg,
          [...new Set(ids)].flatMap((id) => (id === legId ? [] : (present.get(id) ?? []))),
        );
    }
    const room = rooms.get(roomId) ?? formerRoomOf([...present.values()]) ?? new Room(pacer);
    room.set(hears);
    rooms.set(roomId, room);
    for (const [id, each] of rooms) if (each.isEmpty) rooms.delete(id);
  };

  const startRecording = (leg: MediaLeg, options: RecordOptions) => {
    const recording = new LegRecording(options, clock.now(), captures);
    leg.recordings.set(options.recordingId, recording);
    leg.allRecordings.set(options.recordingId, recording);
    recordings++;
    return recording.finished.then((file) => {
      recordings--;
      if (leg.recordings.get(options.recordingId) === recording) leg.recordings.delete(options.recordingId);
      return file;
    });
  };

  const closeLeg = async (leg: MediaLeg): Promise<MediaStats> => {
    legs.delete(leg.id);
    leg.room?.remove(leg);
    leg.stopRecordings('call-ended', clock.now());
    leg.close();
    ports.release(leg.ports);
    if (legs.size === 0) {
      cancelTending?.();
      cancelTending = undefined;
      pacer.stop();
    }
    await Promise.all([...leg.recordings.values()].map((recording) => recording.finished));
    return leg.stats();
  };

  const close: MediaPlane['close'] = async (legId) => {
    await opening.get(legId)?.catch(() => undefined);
    const leg = legs.get(legId);
    return leg ? closeLeg(leg) : noMedia;
  };

  const noRecording = ({ recordingId, path, channels }: RecordOptions, end: CapturedFile['end']): CapturedFile => ({
    recordingId,
    path,
    channels,
    sampleRate: 8000,
    durationMs: 0,
    startedAt: clock.now(),
    end,
  });

  return {
    events,
    async takeOver(legIds) {
      await Promise.allSettled(opening.values());
      const wanted = new Set(legIds);
      for (const leg of [...legs.values()]) if (!wanted.has(leg.id)) void closeLeg(leg);
      for (const room of rooms.values()) formerRooms.add(room);
      rooms.clear();
      ports.releaseAllPrepared();
      return [...legs.values()].map((leg) => leg.described());
    },
    prepare: async (bindAddress, count) => (stopped ? [] : ports.prepare(bindAddress, count)),
    releasePrepared: (bindAddress, port) => ports.releasePrepared(bindAddress, port),
    async open(legId, { bindAddress, port }) {
      if (stopped) throw new NoMediaPortError();
      if (legs.has(legId) || opening.has(legId)) throw new Error(`The media of leg ${legId} is open already.`);
      // A prepared one is open before anything else is asked of it.
      if (port !== undefined) return { port: start(legId, ports.claim(bindAddress, port)).port };
      const binding = ports.bind(bindAddress);
      opening.set(legId, binding);
      try {
        const bound = await binding;
        if (stopped) {
          ports.release(bound);
          throw new NoMediaPortError();
        }
        return { port: start(legId, bound).port };
      } finally {
        opening.delete(legId);
      }
    },
    setRemote: (legId, remote) => legs.get(legId)?.setRemote(remote),
    play: async (legId, playId, sound, how = {}) =>
      (await legs.get(legId)?.sender.play(playId, sound, how)) ?? { end: 'call-ended', playedMs: 0 },
    stopPlay: (legId, playId) => legs.get(legId)?.sender.stopPlay(playId),
    async sendDigits(legId, sendId, digits, options = {}) {
      await legs.get(legId)?.sender.sendDigits(sendId, digits, options.toneMs ?? 100, options.gapMs ?? 60);
    },
    cancelDigits: (legId, sendId) => legs.get(legId)?.sender.cancelDigits(sendId),
    setHoldMusic: (legId, music) => legs.get(legId)?.sender.setHoldMusic(music),
    setRoom,
    async startRecording(legId, options) {
      const leg = legs.get(legId);
      if (leg && !leg.recordings.has(options.recordingId)) return startRecording(leg, options);
      return noRecording(options, leg ? 'write-failed' : 'call-ended');
    },
    followRecording: async (legId, options) =>
      legs.get(legId)?.allRecordings.get(options.recordingId)?.finished ?? noRecording(options, 'call-ended'),
    pauseRecording: (legId, recordingId, mode) =>
      legs.get(legId)?.recordings.get(recordingId)?.pause(mode, clock.now()),
    resumeRecording: (legId, recordingId) => legs.get(legId)?.recordings.get(recordingId)?.resume(clock.now()),
    stopRecording: (legId, recordingId) => legs.get(legId)?.recordings.get(recordingId)?.stop('stopped', clock.now()),
    mute: (legId, direction, muted) => legs.get(legId)?.mute(direction, muted),
    enableInbandDigits: (legId, enabled) => legs.get(legId)?.enableInband(enabled),
    stats: async (legId) => legs.get(legId)?.stats() ?? noMedia,
    close,
    gauges: () => ({
      legs: legs.size,
      ports: legs.size * 2,
      recordings,
      timers: (cancelTending ? 1 : 0) + (pacer.running ? 1 : 0),
    }),
    whyNot: () => (stopped ? 'it was stopped' : undefined),
    async load() {
      const paced = pacer.takeLoad();
      const cpu = parts.cpuMs?.() ?? 0;
      const load = {
        pacedPackets: paced.packets,
        lateP50Ms: paced.p50Ms,
        lateP99Ms: paced.p99Ms,
        lateMaxMs: paced.maxMs,
        forwardedPackets: counts.forwarded,
        refusedPackets: counts.refused,
        cpuMs: cpu - cpuBefore,
      };
      cpuBefore = cpu;
      counts.forwarded = 0;
      counts.refused = 0;
      return load;
    },
    async stop() {
      stopped = true;
      ports.releaseAllPrepared();
      await Promise.allSettled(opening.values());
      await Promise.all([...legs.keys()].map((legId) => close(legId)));
    },
  };
}
