import { seededRandom } from '@hookswitch/kernel/random';
import { describe, expect, it } from 'vitest';
import { ChannelIds } from './channel-ids.js';
import { channelsOf, type MarkedChannel, settle, UnreadableChannelsError } from './settle-channels.js';

const channel = (id: string, more: Partial<MarkedChannel> = {}): MarkedChannel => ({
  id,
  direction: 'inbound',
  application: 'park',
  applicationData: '',
  node: undefined,
  ...more,
});

describe('after a time in which nothing was told', () => {
  it('every difference has its settlement', () => {
    const there = [
      channel('kept', { node: 'me' }),
      channel('mine-forgotten', { node: 'me' }),
      channel('other-nodes', { node: 'other' }),
      channel('came-in'),
      channel('of-nobody', { direction: 'outbound' }),
      channel('busy-elsewhere', { application: 'conference' }),
    ];
    expect(settle(there, new Set(['kept', 'ended-meanwhile']), 'me')).toEqual({
      gone: ['ended-meanwhile'],
      orphaned: ['mine-forgotten'],
      waiting: ['came-in'],
    });
  });

  it('the list of channels is read, and nothing else is taken for one', () => {
    const row = { uuid: 'a', direction: 'outbound', application: 'uuid_bridge', application_data: 'b' };
    expect(channelsOf(JSON.stringify({ row_count: 1, rows: [row] }))).toEqual([
      { id: 'a', direction: 'outbound', application: 'uuid_bridge', applicationData: 'b' },
    ]);
    expect(channelsOf('{"row_count":0}')).toEqual([]);
    for (const answer of ['', '-ERR', '[]', '{"row_count":2}', '{"rows":[{}]}']) {
      expect(() => channelsOf(answer), answer).toThrow(UnreadableChannelsError);
    }
  });

  it('a node knows its own channels by their ids', () => {
    const [mine, other] = ['node-1', 'node-2'].map((node) => new ChannelIds(node, seededRandom(1)));
    const id = mine!.next();
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect([mine!.isOurs(id), other!.isOurs(id)]).toEqual([true, false]);
    expect(mine!.next()).not.toBe(id);
  });
});
