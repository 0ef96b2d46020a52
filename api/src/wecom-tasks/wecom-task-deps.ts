import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { CentreSettingsOf } from '../contact-centre/index.js';
import type { OutboundHttp } from '../outbound-http/index.js';
import type { WecomTaskStore } from './wecom-task.js';

/** What the use cases need. */
export interface WecomTaskDeps {
  readonly wecomTasks: WecomTaskStore;
  readonly centreSettingsOf: CentreSettingsOf;
  /** The number of a contact's customer; undefined where the account has no such contact. */
  readonly customerOf: (accountId: string, contactId: string) => Promise<string | undefined>;
  readonly outboundHttp: OutboundHttp;
  readonly clock: Clock;
  readonly newId: NewId;
}
