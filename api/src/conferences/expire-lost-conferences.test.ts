import { idMaker } from '@hookswitch/kernel/ids';
import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { describe, expect, it } from 'vitest';
import { MemoryTenantCollection } from '../store/memory-tenant-collection.js';
import { conferenceCollection } from './conference.js';
import { ConferenceBook } from './conference-book.js';
import { ExpireLostConferences } from './expire-lost-conferences.js';
import { MemoryConferenceClaims } from './memory-conference-claims.js';

const weekly = { accountId: 'AC1', name: 'weekly' };

async function world() {
  const clock = new ManualClock();
  const conferences = new MemoryTenantCollection(conferenceCollection);
  const claims = new MemoryConferenceClaims(clock);
  const newId = idMaker(clock, seededRandom(1));
  const book = new ConferenceBook({ conferences, clock, newId, onEvents: () => {} });
  const expire = new ExpireLostConferences({ conferences, book, claims, clock, logger: silentLogger });
  await claims.claim(weekly, 'node-1', 4000);
  const { id } = await book.open(weekly, 'node-1');
  return { clock, claims, book, expire, status: async () => (await conferences.get('AC1', id))!.status };
}

describe('conferences that no node has', () => {
  it('end after a while, once', async () => {
    const { clock, expire, status } = await world();
    expect(await expire.run()).toBe(0);
    clock.advance(5000);
    expect(await expire.run()).toBe(0);
    clock.advance(19_000);
    expect([await expire.run(), await status()]).toEqual([0, 'init']);
    clock.advance(2000);
    expect([await expire.run(), await status()]).toEqual([1, 'completed']);
    expect(await expire.run()).toBe(0);
  });

  it('live on where another node takes them over in time, and begin to be missed anew', async () => {
    const { clock, claims, book, expire, status } = await world();
    clock.advance(5000);
    await expire.run();
    await claims.claim(weekly, 'node-2', 20_000);
    await book.open(weekly, 'node-2');
    clock.advance(15_000);
    expect(await expire.run()).toBe(0);
    clock.advance(15_000);
    expect([await expire.run(), await status()]).toEqual([0, 'init']);
  });
});
