import type { Logger } from '@hookswitch/kernel/logger';
import type { LegSnapshot } from '../../../port/leg-snapshot.js';
import { channelsOf } from '../channel/settle-channels.js';
import { uptimeMs } from '../channel/switch-uptime.js';
import type { LegDialog } from './leg-dialog.js';
import { readLegSnapshot } from './leg-state.js';
import type { LegSurroundings } from './leg-surroundings.js';
import { RestoredLeg } from './restored-leg.js';

/**
 * The legs that can go on (`legs`), of those that a former process of this node had: whose channel is up still, or is gone although FreeSWITCH ran all the time, so that their far end hung
 * up; these end once they are looked at. With a FreeSWITCH that was restarted, its calls are gone with their sound (`lost`), and far ends wait for somebody to tell them.
 */
export async function restoreLegs(
  snapshots: readonly LegSnapshot[],
  {
    around,
    api,
    now,
    logger,
  }: { around: LegSurroundings; api(command: string): Promise<string>; now(): number; logger: Logger },
): Promise<{ readonly legs: readonly RestoredLeg[]; readonly lost: readonly LegDialog[] }> {
  const channels = new Set(channelsOf(await api('show channels as json')).map(({ id }) => id));
  const upMs = uptimeMs(await api('status')) ?? 0;
  // Looked at after the answer: else a slow one makes it older than it is.
  const runsSince = now() - upMs;
  const lost: LegDialog[] = [];
  const legs = snapshots.flatMap((snapshot) => {
    const { callId, driver, version } = snapshot;
    const state = readLegSnapshot(snapshot);
    if (!state)
      logger.warn({ callId, driver, version }, 'a call is not taken over: its snapshot is not one of this driver');
    else if (channels.has(state.channelId) || runsSince < state.savedAt)
      return [new RestoredLeg(callId, state, around)];
    else {
      logger.warn({ callId }, 'a call is not taken over: FreeSWITCH was restarted since');
      if (state.dialog) lost.push(state.dialog);
    }
    return [];
  });
  return { legs, lost };
}
