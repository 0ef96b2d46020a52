import type { Settings } from '@hookswitch/api/config/settings';
import type { Logger } from '@hookswitch/kernel/logger';
import { startMediaRole } from './compose/media-role.js';
import { closingMs, couldNotStart, endOnSignals } from './end-of-process.js';
import { mediaStartUpScreen } from './start-up-screen.js';

/** How much longer than its node a media process waits, milliseconds: a node that is stopped together with it closes its legs in time. */
const waitsLongerMs = 5_000;

/** A process with the role `media`, until a signal ends it. */
export async function runMedia(settings: Settings, dataFolder: string, logger: Logger): Promise<void> {
  const drainMs = settings.drainSeconds * 1000 + waitsLongerMs;
  let stopRole: () => Promise<void> = async () => {};
  const end = endOnSignals(logger, drainMs + closingMs, () => stopRole());
  try {
    const role = await startMediaRole(settings, dataFolder, logger);
    stopRole = () => role.stop(drainMs);
    console.error(mediaStartUpScreen({ settings, role, dataFolder }));
    logger.info({ socket: role.socket, probes: role.probesUrl, roles: settings.roles }, 'ready');
  } catch (error) {
    await couldNotStart(error, logger, end);
  }
}
