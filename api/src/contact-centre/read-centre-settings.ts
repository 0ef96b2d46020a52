import type { Clock } from '@hookswitch/kernel/clock';
import { ShortCache } from '../store/short-cache.js';
import {
  type CentreSettings,
  type CentreSettingsOf,
  type CentreSettingsStore,
  defaultCentreSettings,
  laterCentreSettings,
} from './centre-settings.js';

/** Reads settings for whoever routes and places calls, see `CentreSettingsOf`; what it says may be as old as `keepMs`. */
export function centreSettingsReader(
  store: Pick<CentreSettingsStore, 'get'>,
  clock: Clock,
  keepMs: number,
): CentreSettingsOf {
  const cache = new ShortCache<CentreSettings>(clock, { keepMs });
  return (accountId) => cache.get(accountId, () => readCentreSettings(store, accountId));
}

/** The settings as they are now. */
export async function readCentreSettings(
  store: Pick<CentreSettingsStore, 'get'>,
  accountId: string,
): Promise<CentreSettings> {
  const stored = await store.get(accountId, accountId);
  return stored ? { ...laterCentreSettings, ...stored } : { accountId, ...defaultCentreSettings };
}
