import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { expect, it } from 'vitest';
import { legSnapshot } from './leg-state.js';
import { restoreLegs } from './restore-legs.js';

it('a FreeSWITCH that was restarted is known as such however slowly it answers', async () => {
  const clock = new ManualClock();
  const savedAt = clock.now();
  const facts = {
    from: '1',
    to: '2',
    toHost: 'h',
    sipCallId: 'c',
    remoteAddress: 'a:1',
    transport: 'udp',
    headers: {},
  } as const;
  const dialog = {
    callId: 'c',
    localTag: 'l',
    remoteTag: 'r',
    local: '2@h',
    remote: '1@a',
    contact: '1@a:1',
    contactParams: '',
    routes: '',
  };
  const state = { channelId: 'ch', facts, held: false, isSilenced: false, muted: { in: false, out: false } };
  const snapshot = legSnapshot('CA-1', {
    ...state,
    direction: 'inbound',
    dialogDirection: 'inbound',
    recordings: [],
    dialog,
    savedAt,
  });
  const api = async (command: string) => {
    clock.advance(5_000);
    return command === 'status'
      ? 'UP 0 years, 0 days, 0 hours, 0 minutes, 4 seconds, 0 milliseconds\n'
      : '{"row_count":0}';
  };
  const around = undefined as never;
  expect(await restoreLegs([snapshot], { around, api, now: () => clock.now(), logger: silentLogger })).toEqual({
    legs: [],
    lost: [dialog],
  });
});
