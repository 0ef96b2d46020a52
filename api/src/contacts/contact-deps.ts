import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { Logger } from '@hookswitch/kernel/logger';
import type { LiveCentreStore } from '../acd/index.js';
import type { AgentDirectory } from '../agents/index.js';
import type { NewCallbackRequest } from '../callback-requests/callback-request.js';
import type { FamilyCalls } from '../calls/index.js';
import type { CentreSettingsOf } from '../contact-centre/index.js';
import type { NumberMapper } from '../number-protection/index.js';
import type { OutboundHttp } from '../outbound-http/index.js';
import type { CallRecorder } from '../recordings/call-recorder.js';
import type { AudioResolver, Speech } from '../scripting/index.js';
import type { SkillGroupStore } from '../skill-groups/index.js';
import type { AgentEvents } from './agent-events.js';
import type { CustomerLocation } from './contact.js';
import type { ContactStore } from './contact-store.js';

/** What the contacts of a node that owns an engine are made with. */
export interface ContactDeps {
  readonly nodeId: string;
  readonly contacts: ContactStore;
  readonly calls: FamilyCalls;
  readonly live: LiveCentreStore;
  readonly agents: AgentDirectory;
  readonly skillGroups: Pick<SkillGroupStore, 'get' | 'findOne'>;
  readonly settingsOf: CentreSettingsOf;
  readonly recorder: CallRecorder;
  readonly audio: AudioResolver;
  readonly speech: Speech;
  readonly http: OutboundHttp;
  readonly agentEvents: AgentEvents;
  readonly numberMapper: NumberMapper;
  /** The number shown to agents' mobiles (NUM-04); undefined: the one that was dialled. */
  readonly mobileCallerId: (accountId: string) => Promise<string | undefined>;
  /** The first of these numbers of the account, by id, that calls out may show. */
  readonly callerNumber: (accountId: string, numberIds: readonly string[]) => Promise<string | undefined>;
  /** Keeps that somebody wants to be called back. Resolves to its id. */
  readonly requestCallback: (request: NewCallbackRequest) => Promise<string>;
  /** Where a number is from, where that is known. */
  readonly locationOf: (number: string) => Promise<CustomerLocation | undefined>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly logger: Logger;
}
