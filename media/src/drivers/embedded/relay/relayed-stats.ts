import type { MediaStats } from '../../../port/live-call.js';
import type { RelayFigures } from '../../../port/media-relay.js';

/**
 * The figures of a leg whose media went through a relay: what our media plane heard, put right by how much the relay had of the far end. What was lost between the
 * two of us is not the far end's loss. The rest is the plane's own: it hears what the far end sent, and RTCP passes the relay.
 */
export function relayedStats(stats: MediaStats, { outside }: RelayFigures): MediaStats {
  if (outside.packets === 0) return stats;
  const lostInside = Math.max(0, outside.packets - stats.packetsReceived);
  return {
    ...stats,
    packetsReceived: Math.max(outside.packets, stats.packetsReceived),
    packetsLost: Math.max(0, stats.packetsLost - lostInside),
  };
}
