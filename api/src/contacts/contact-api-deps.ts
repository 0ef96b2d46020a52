import type { AgentDirectory } from '../agents/index.js';
import type { ApplicationStore } from '../applications/index.js';
import type { BlacklistEntryDeps } from '../blacklist/index.js';
import type { CentreSettingsOf } from '../contact-centre/index.js';
import type { DigitTemplateStore } from '../digit-templates/index.js';
import type { FlowSource } from '../flows/flow.js';
import type { FlowStore } from '../flows/flow-stores.js';
import type { ContactControl } from './contact-control.js';
import type { ContactStore } from './contact-store.js';

/** What the operations on contacts need. */
export interface ContactApiDeps {
  readonly contacts: ContactStore;
  readonly contactControl: ContactControl;
  readonly agents: Pick<AgentDirectory, 'get'>;
  readonly blacklist: BlacklistEntryDeps;
  readonly settingsOf: CentreSettingsOf;
  /** Whose scripts agents may send customers through. */
  readonly applications: Pick<ApplicationStore, 'findOne'>;
  readonly flows: Pick<FlowSource, 'find'>;
  /** Says which flows agents may send customers through. */
  readonly flowRecords: Pick<FlowStore, 'get'>;
  readonly digitTemplates: Pick<DigitTemplateStore, 'get'>;
}
