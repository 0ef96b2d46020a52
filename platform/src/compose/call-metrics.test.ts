import { noMediaPlaneLoad } from '@hookswitch/media/drivers/embedded/media-plane/media-plane';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { callMetrics } from './call-metrics.js';

describe('the metrics of calls', () => {
  it('count live calls by direction and status, and say 0 when they are over', async () => {
    const metrics = new Registry();
    let live: { direction: 'inbound' | 'outbound-dial'; status: 'ringing' | 'in-progress' | 'completed' }[] = [
      { direction: 'inbound', status: 'in-progress' },
      { direction: 'inbound', status: 'in-progress' },
      { direction: 'outbound-dial', status: 'ringing' },
      { direction: 'inbound', status: 'completed' },
    ];
    callMetrics(metrics, { liveCalls: () => live, timelineDropped: () => 0 });
    const before = await metrics.metrics();
    expect(before).toContain('hookswitch_calls{direction="inbound",status="in-progress"} 2');
    expect(before).toContain('hookswitch_calls{direction="outbound-dial",status="ringing"} 1');
    expect(before).not.toContain('completed');
    live = [];
    const after = await metrics.metrics();
    const values = [...after.matchAll(/^hookswitch_calls\{.*\} (\d+)$/gm)].map(([, value]) => value);
    expect(values).toEqual(Array(9).fill('0'));
  });

  it('say what timelines lost in all', async () => {
    const metrics = new Registry();
    let dropped = 3;
    callMetrics(metrics, { liveCalls: () => [], timelineDropped: () => dropped });
    expect(await metrics.metrics()).toContain('hookswitch_timeline_entries_dropped_total 3');
    dropped = 5;
    expect(await metrics.metrics()).toContain('hookswitch_timeline_entries_dropped_total 5');
  });

  it('add up the packets of each scrape, and show the lateness of the last', async () => {
    const metrics = new Registry();
    const loads = [
      { ...noMediaPlaneLoad, pacedPackets: 100, lateMaxMs: 40, cpuMs: 500 },
      { ...noMediaPlaneLoad, pacedPackets: 50, lateMaxMs: 2, refusedPackets: 1 },
    ];
    callMetrics(metrics, { liveCalls: () => [], timelineDropped: () => 0, mediaLoad: async () => loads.shift()! });
    expect(await metrics.metrics()).toContain('hookswitch_media_late_seconds{quantile="max"} 0.04');
    const text = await metrics.metrics();
    expect(text).toContain('hookswitch_media_packets_total{kind="paced"} 150');
    expect(text).toContain('hookswitch_media_packets_total{kind="refused"} 1');
    expect(text).toContain('hookswitch_media_cpu_seconds_total 0.5');
    expect(text).toContain('hookswitch_media_late_seconds{quantile="max"} 0.002');
  });
});
