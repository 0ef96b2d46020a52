import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { CentreSettingsOf } from '../contact-centre/index.js';
import type { Contact } from '../contacts/contact.js';
import type { OutboundHttp } from '../outbound-http/index.js';
import type { WecomTaskStore } from './wecom-task.js';

/** What the use cases need. */
export interface WecomTaskDeps {
  readonly wecomTasks: WecomTaskStore;
  readonly centreSettingsOf: CentreSettingsOf;
  /** Undefined where the account has no such contact. */
  readonly contactOf: (
    accountId: string,
    contactId: string,
  ) => Promise<Pick<Contact, 'customer' | 'participants'> | undefined>;
  readonly outboundHttp: OutboundHttp;
  readonly clock: Clock;
  readonly newId: NewId;
}
