import {
  AgentsAtWork,
  CentreViews,
  statusChangeCollection,
  statusCursorCollection,
  statusOutbox,
} from '@hookswitch/api/acd/index';
import type { Backing } from './backing.js';
import type { CentreFeatures } from './centre-features.js';
import type { People } from './people.js';

/** Agents at work, and the history of what they did, for every role. */
export function composeAcd(
  { stores, liveCentre, clock, logger }: Pick<Backing, 'stores' | 'liveCentre' | 'clock' | 'logger'>,
  people: Pick<People, 'agents'>,
  centre: Pick<CentreFeatures, 'centreSettingsOf'>,
) {
  const statusChanges = stores.collection(statusChangeCollection);
  const { agents } = people;
  return {
    statusChanges,
    statusCursors: stores.collection(statusCursorCollection),
    statusEvents: statusOutbox(statusChanges),
    /** Live states that the API is asked for; closed with the process. */
    views: new CentreViews({ store: liveCentre, clock, logger }),
    atWork: new AgentsAtWork({ live: liveCentre, agents, settingsOf: centre.centreSettingsOf, clock, logger }),
  };
}
