import { describe, expect, it } from 'vitest';
import { noMedia } from '../../../port/live-call.js';
import { noRelayFigures } from '../../../port/media-relay.js';
import { relayedStats } from './relayed-stats.js';

const heard = { ...noMedia, codec: 'PCMU', packetsReceived: 90, packetsLost: 10, jitterMs: 2, mos: 4.1 };
const relay = (outside: { packets: number }) => ({ ...noRelayFigures, outside });

describe('figures of a leg behind a relay', () => {
  it('do not count as the far end’s loss what was lost between the relay and us', () => {
    expect(relayedStats(heard, relay({ packets: 96 }))).toEqual({ ...heard, packetsReceived: 96, packetsLost: 4 });
    expect(relayedStats(heard, relay({ packets: 200 }))).toMatchObject({ packetsReceived: 200, packetsLost: 0 });
  });

  it('are ours where the relay has none', () => {
    expect(relayedStats(heard, noRelayFigures)).toBe(heard);
  });
});
