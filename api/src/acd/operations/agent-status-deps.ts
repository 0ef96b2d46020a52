import type { Clock } from '@hookswitch/kernel/clock';
import type { AgentStore } from '../../agents/agent.js';
import type { CentreSettingsOf } from '../../contact-centre/centre-settings.js';
import type { AgentsAtWork } from '../agents-at-work.js';
import type { StatusChangeStore } from '../history/status-change-record.js';
import type { LiveCentreStore } from '../live-centre-store.js';

/** What the operations on agents at work need. */
export interface AgentStatusDeps {
  readonly atWork: AgentsAtWork;
  readonly live: LiveCentreStore;
  readonly agents: Pick<AgentStore, 'get' | 'list'>;
  readonly statusChanges: StatusChangeStore;
  readonly settingsOf: CentreSettingsOf;
  readonly clock: Clock;
}
