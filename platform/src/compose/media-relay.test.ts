import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { expect, it } from 'vitest';
import { createServerMediaRelay } from './media-relay.js';

const around = { clock: new ManualClock(), random: seededRandom(1), logger: silentLogger };
const rtpengines = [{ host: '10.0.0.7', port: 2223, weight: 1 }];
const settings = {
  rtpengines,
  rtpengineInterfaces: undefined,
  mediaRelay: 'secure-only',
  mediaEngine: 'embedded',
  roles: ['calls'],
} as const;

it.each([
  ['no rtpengine', { rtpengines: [] }],
  ['it switched off', { mediaRelay: 'off' }],
  ['no calls in this process', { roles: ['http'] }],
  ['a FreeSWITCH that has the sound', { mediaEngine: 'freeswitch' }],
] as const)('there is no media relay with %s', (_, change) => {
  expect(
    createServerMediaRelay(
      { ...settings, ...change, roles: [...('roles' in change ? change.roles : settings.roles)] },
      around,
    ),
  ).toBeUndefined();
});

it('sound is kept away from where the relays take commands', () => {
  const use = createServerMediaRelay({ ...settings, roles: ['calls'] }, around);
  expect(use).toMatchObject({ when: 'secure-only', controls: rtpengines });
  expect(use!.relay.health()).toMatchObject([{ address: '10.0.0.7:2223', drained: false }]);
});
