import {
  agentTokenCollection,
  credentialCollection,
  oneTimeCodeCollection,
  sessionCollection,
} from '@hookswitch/api/agent-login/index';
import { agentCollection, agentDirectory } from '@hookswitch/api/agents/index';
import { notificationCollection } from '@hookswitch/api/notifications/index';
import { roleCollection } from '@hookswitch/api/roles/index';
import type { Backing } from './backing.js';

/** The people of contact centres: agents, their roles, and what they log in with. */
export type People = ReturnType<typeof composePeople>;

export function composePeople({ stores, clock }: Pick<Backing, 'stores' | 'clock'>) {
  const agents = stores.collection(agentCollection);
  return {
    agents,
    agentDirectory: agentDirectory(agents, clock),
    roles: stores.collection(roleCollection),
    credentials: stores.collection(credentialCollection),
    codes: stores.collection(oneTimeCodeCollection),
    sessions: stores.collection(sessionCollection),
    tokens: stores.collection(agentTokenCollection),
    notifications: stores.collection(notificationCollection),
  };
}
