import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { AgentStore } from '../agents/index.js';
import type { EventStreams } from '../event-streams/index.js';
import type { ObjectStore } from '../objects/index.js';
import type { InternalMessageStore } from './internal-message.js';

/** What the use cases need. */
export interface InternalMessageDeps {
  readonly internalMessages: InternalMessageStore;
  readonly agents: Pick<AgentStore, 'get' | 'findOne'>;
  readonly objects: Pick<ObjectStore, 'put' | 'open'>;
  readonly streams: Pick<EventStreams, 'publish'>;
  readonly clock: Clock;
  readonly newId: NewId;
}
