import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { OwnSound } from './media-process/own-sound.js';
import { useWorld, type WorldOptions } from './world.js';

/** With a relay and an edge that do not answer: their metrics say so, and calls that need neither go on. The sound is in a process of its own. */
const options: WorldOptions = {
  name: 'metrics',
  redisDatabase: 15,
  settings: { RTPENGINES: '127.0.0.1:9', MEDIA_RELAY: 'secure-only', EDGE_KAMAILIO_RPC: 'http://127.0.0.1:9/rpc' },
};
const sound = new OwnSound(options);
const use = useWorld(options, () => sound.start());
afterAll(() => sound.stop());

/** The value of a metric in Prometheus text: of the sample that begins so. */
function sample(text: string, name: string): number | undefined {
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length + 1));
}

describe('metrics of a running platform', () => {
  const scrape = async () => (await fetch(`${use.world.platform.httpUrl}/metrics`)).text();

  it('move with a call, and what is live returns to zero', async () => {
    const { world } = use;
    const line = await world.line([{ verb: 'answer' }, { verb: 'pause', length: 60 }]);
    const call = await world.call(line);
    await call.answered();
    const during = await scrape();
    expect(sample(during, 'hookswitch_calls{direction="inbound",status="in-progress"}')).toBe(1);
    expect(sample(during, 'hookswitch_script_request_seconds_count{outcome="ok"}')).toBe(1);
    await call.bye();
    await world.cdr(await world.callId(line.path));
    const after = await world.eventually('no live call, and nothing open', async () => {
      const text = await scrape();
      const open = [...text.matchAll(/^hookswitch_(?:calls|engine_open)\{(.*)\} (\d+)$/gm)];
      return open.every(([, , value]) => value === '0') ? text : undefined;
    });
    const ended = 'hookswitch_calls_ended_total{direction="inbound",result="completed",reason="hangup"}';
    expect(sample(after, ended)).toBe(1);
    expect(sample(after, 'hookswitch_webhook_attempts_total{result="accepted"}')).toBeGreaterThanOrEqual(1);
    expect(sample(after, 'hookswitch_timeline_entries_dropped_total')).toBe(0);
    expect(sample(after, 'hookswitch_media_late_seconds{quantile="p99"}')).toBeGreaterThanOrEqual(0);
    expect(sample(after, 'hookswitch_media_relay_up{relay="127.0.0.1:9"}')).toBe(0);
  });

  it('are all in docs/metrics.md, and nothing else is', async () => {
    const page = readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8');
    const written = new Set(page.match(/\bhookswitch_[a-z_]+/g));
    const ofMedia = await (await fetch(`${sound.media.probesUrl}/metrics`)).text();
    const shown = [...`${await scrape()}${ofMedia}`.matchAll(/^# TYPE (hookswitch_\w+)/gm)].map(([, name]) => name);
    expect([...written].sort()).toEqual(shown.sort());
  });
});
