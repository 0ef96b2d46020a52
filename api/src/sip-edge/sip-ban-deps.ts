import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { TrunkStore } from '../trunks/index.js';
import type { EdgeDesk } from './edge-desk.js';
import type { SipBanStore } from './sip-ban.js';

/** What the operations on bans need. */
export interface SipBanDeps {
  readonly sipBans: SipBanStore;
  readonly trunks: Pick<TrunkStore, 'acrossAccounts'>;
  readonly edgeDesk: EdgeDesk;
  readonly clock: Clock;
  readonly newId: NewId;
}
