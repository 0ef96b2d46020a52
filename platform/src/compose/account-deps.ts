import type { AccountDeps } from '@hookswitch/api/accounts/index';
import type { Settings } from '@hookswitch/api/config/settings';
import type { Backing } from './backing.js';
import type { Features } from './features.js';

/** What the use cases on accounts need; also for making the first one at start-up. */
export function accountDeps(backing: Backing, features: Features, settings: Settings): AccountDeps {
  const { clock, random, newId, secretBox } = backing;
  const { accounts, keys, applications, numbers, trunks, endpoints, audio, webhookEndpoints, people, centre } =
    features;
  const holdings = {
    applications,
    numbers,
    trunks,
    endpoints,
    audio,
    'webhook endpoints': webhookEndpoints,
    agents: people.agents,
    'skill groups': centre.skillGroups,
    flows: features.flows.flows,
    roles: people.roles,
  };
  return { accounts, keys, secretBox, clock, random, newId, settings, holdings };
}
