import { describe, expect, it } from 'vitest';
import { bench, text } from '../../sip/bench.fixture.js';
import { offerSdp } from '../../sip/two-stations.js';
import { provisionalPolicy } from './provisional-policy.js';

function invited(headers: readonly string[], body: string) {
  const at = bench();
  at.receive(text({ extra: [...headers], body }));
  return at.event('invite');
}

const [supports, requires] = [['Supported: 100rel'], ['Require: 100rel']];

describe('how a call that came in is told of its progress', () => {
  it.each([
    ['nothing of it', [], 'prefer', 'plain', false],
    ['that it supports them', supports, 'off', 'plain', false],
    ['that it supports them', supports, 'on', 'plain', false],
    ['that it supports them', supports, 'prefer', 'plain', true],
    ['that it requires them', requires, 'off', 'plain', true],
    ['that it requires them', requires, 'on', 'plain', true],
  ] as const)(
    'its INVITE says %s%s, the trunk %s: early media %s, acknowledged %s',
    (_says, headers, wanted, earlyMedia, reliable) => {
      expect(provisionalPolicy(invited(headers, offerSdp), wanted)).toEqual({
        reliable,
        ringingOffers: false,
        earlyMedia,
      });
    },
  );

  it.each([
    ['nothing of it', [], 'prefer', { reliable: false, ringingOffers: false, earlyMedia: 'impossible' }],
    ['that it supports them', supports, 'off', { reliable: false, ringingOffers: false, earlyMedia: 'impossible' }],
    ['that it supports them', supports, 'on', { reliable: false, ringingOffers: false, earlyMedia: 'reliable' }],
    ['that it supports them', supports, 'prefer', { reliable: false, ringingOffers: false, earlyMedia: 'reliable' }],
    ['that it requires them', requires, 'off', { reliable: true, ringingOffers: true, earlyMedia: 'reliable' }],
  ] as const)(
    'where the INVITE makes no offer and says %s: our first reliable answer makes it',
    (_says, headers, wanted, policy) => {
      expect(provisionalPolicy(invited(headers, ''), wanted)).toEqual(policy);
    },
  );
});
