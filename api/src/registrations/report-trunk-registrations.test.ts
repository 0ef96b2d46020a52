import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { describe, expect, it } from 'vitest';
import { createMemoryTrunkRegistrationStore } from './memory-trunk-registration-store.js';
import { ReportTrunkRegistrations } from './report-trunk-registrations.js';
import { reportKeptMs } from './trunk-registration-store.js';

function world() {
  const clock = new ManualClock();
  const store = createMemoryTrunkRegistrationStore(clock);
  return { clock, store, reports: new ReportTrunkRegistrations({ store, clock, nodeId: 'node-1' }) };
}

describe('reports on registrations at carriers', () => {
  it('say since when a state holds, however often it is told again', async () => {
    const { clock, store, reports } = world();
    const began = clock.now();
    await reports.changed({ trunkId: 'TK1', state: 'failed', detail: 'SIP 403' });
    clock.advance(1000);
    await reports.changed({ trunkId: 'TK1', state: 'failed', detail: 'SIP 503' });
    expect(await store.list('TK1')).toEqual([
      { trunkId: 'TK1', nodeId: 'node-1', state: 'failed', since: began, detail: 'SIP 503' },
    ]);
    await reports.changed({ trunkId: 'TK1', state: 'registered' });
    expect(await store.list('TK1')).toEqual([
      { trunkId: 'TK1', nodeId: 'node-1', state: 'registered', since: began + 1000 },
    ]);
  });

  it('stay while they are repeated, except what was given up', async () => {
    const { clock, store, reports } = world();
    await reports.changed({ trunkId: 'TK1', state: 'registered' });
    await reports.changed({ trunkId: 'TK2', state: 'unregistered' });
    for (let times = 0; times < 4; times++) {
      clock.advance(reportKeptMs / 2);
      await reports.repeat();
    }
    expect(await store.list('TK1')).toHaveLength(1);
    expect(await store.list('TK2')).toEqual([]);
  });
});
