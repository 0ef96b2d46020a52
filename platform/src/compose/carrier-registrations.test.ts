import { settingsWith } from '@hookswitch/api/config/settings';
import { describe, expect, it } from 'vitest';
import { sharesRegistrations } from './carrier-registrations.js';

const sipEdges = [{ transport: 'udp', address: '10.0.0.5', port: 5062 }] as const;

describe('sharesRegistrations', () => {
  it.each([
    [{}, true],
    [{ sipEdges }, true],
    [{ mediaEngine: 'freeswitch' as const }, true],
    [{ mediaEngine: 'freeswitch' as const, sipEdges }, false],
  ])('with %j: %s', (settings, shares) => {
    expect(sharesRegistrations(settingsWith(settings))).toBe(shares);
  });
});
