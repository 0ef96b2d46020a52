import { ManualClock } from '@hookswitch/kernel/manual-clock';
import type { OutboundRegistration } from '@hookswitch/media/port/call-engine';
import { describe, expect, it } from 'vitest';
import { MemoryRoutingLease } from '../acd/index.js';
import { SharedRegistrations } from './shared-registrations.js';

const registration = (trunkId: string): OutboundRegistration => ({
  trunkId,
  registrar: 'sip:carrier.example',
  user: 'us',
  credentials: { username: 'us', password: 'secret' },
  expiresSeconds: 600,
});

function twoNodes() {
  const clock = new ManualClock();
  const leases = new MemoryRoutingLease(clock);
  const [one, other] = ['media-1', 'media-2'].map(
    (nodeId) =>
      new SharedRegistrations({
        hold: (names, ttlMs) => leases.hold(nodeId, names, ttlMs),
        release: (names) => leases.release(nodeId, names),
      }),
  ) as [SharedRegistrations, SharedRegistrations];
  return { clock, one, other };
}

const kept = (shared: readonly OutboundRegistration[]) =>
  shared.filter(({ elsewhere }) => !elsewhere).map(({ trunkId }) => trunkId);

describe('registrations behind an edge', () => {
  it('are each kept by one node, and by another once that one says nothing any more', async () => {
    const { clock, one, other } = twoNodes();
    const both = [registration('TK1'), registration('TK2')];
    expect(kept(await one.share([both[0]!]))).toEqual(['TK1']);
    expect(kept(await other.share(both))).toEqual(['TK2']);
    clock.advance(10_000);
    expect(kept(await one.share(both))).toEqual(['TK1']);
    clock.advance(10_000);
    expect(kept(await one.share(both))).toEqual(['TK1', 'TK2']);
    expect(kept(await other.share(both))).toEqual([]);
  });

  it('go to another node at once where they are given up', async () => {
    const { one, other } = twoNodes();
    await one.share([registration('TK1')]);
    await one.release();
    expect(kept(await other.share([registration('TK1')]))).toEqual(['TK1']);
  });
});
