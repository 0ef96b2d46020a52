import type { Call } from '@hookswitch/api/call-records/index';
import type { MediaPlaneLoad } from '@hookswitch/media/drivers/embedded/media-plane/media-plane';
import { Counter, Gauge, type Registry } from 'prom-client';

/** What the metrics of calls are read from when they are asked for. */
export interface CallMetricsSource {
  /** Calls that this process owns now. */
  liveCalls(): readonly Pick<Call, 'direction' | 'status'>[];
  /** Entries of timelines that were never written, since the start. */
  timelineDropped(): number;
  /** How the sound keeps up since this was asked last. Undefined where it cannot be told. */
  mediaLoad?(): Promise<MediaPlaneLoad>;
}

const directions = ['inbound', 'outbound-api', 'outbound-dial'] as const;
const statuses = ['queued', 'ringing', 'in-progress'] as const;

/** The live calls of a process, what its timelines lost and how its sound keeps up. */
export function callMetrics(metrics: Registry, source: CallMetricsSource): void {
  const registers = [metrics];
  new Gauge({
    name: 'hookswitch_calls',
    help: 'Calls of this process that are not over.',
    labelNames: ['direction', 'status'],
    registers,
    collect() {
      // Every pair is there always, so that a count that falls to nothing says 0.
      for (const direction of directions) for (const status of statuses) this.set({ direction, status }, 0);
      for (const { direction, status } of source.liveCalls()) {
        if ((statuses as readonly string[]).includes(status)) this.inc({ direction, status });
      }
    },
  });
  new Counter({
    name: 'hookswitch_timeline_entries_dropped_total',
    help: 'Entries of call timelines that were not written because the store was slow or away.',
    registers,
    collect() {
      this.reset();
      this.inc(source.timelineDropped());
    },
  });
  if (source.mediaLoad) mediaMetrics(registers, source.mediaLoad);
}

function mediaMetrics(registers: Registry[], load: () => Promise<MediaPlaneLoad>): void {
  // The plane is asked once a scrape, for all of them.
  let asking: Promise<void> | undefined;
  const collect = () => {
    asking ??= load()
      .then(take)
      .finally(() => {
        asking = undefined;
      });
    return asking;
  };
  const packets = new Counter({
    name: 'hookswitch_media_packets_total',
    help: 'Packets of sound: sent in pace, forwarded between connected legs, refused (not RTP, or from a stranger).',
    labelNames: ['kind'],
    registers,
    collect,
  });
  const cpu = new Counter({
    name: 'hookswitch_media_cpu_seconds_total',
    help: 'CPU time of the thread that carries sound.',
    registers,
    collect,
  });
  const late = new Gauge({
    name: 'hookswitch_media_late_seconds',
    help: 'How late paced packets left since the last scrape: half of them no later than p50, all no later than max.',
    labelNames: ['quantile'],
    registers,
    collect,
  });
  const take = (now: MediaPlaneLoad) => {
    packets.inc({ kind: 'paced' }, now.pacedPackets);
    packets.inc({ kind: 'forwarded' }, now.forwardedPackets);
    packets.inc({ kind: 'refused' }, now.refusedPackets);
    cpu.inc(now.cpuMs / 1000);
    late.set({ quantile: 'p50' }, now.lateP50Ms / 1000);
    late.set({ quantile: 'p99' }, now.lateP99Ms / 1000);
    late.set({ quantile: 'max' }, now.lateMaxMs / 1000);
  };
}
