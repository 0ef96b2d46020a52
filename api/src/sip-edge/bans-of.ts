import type { Account } from '../accounts/index.js';
import { ResourceNotFoundError } from '../operation/request-errors.js';
import { timestamp } from '../store/timestamp.js';
import { allBans } from './all-bans.js';
import { mostBans, type SipBan, type SipBanRecord, type SipBanStore } from './sip-ban.js';
import type { SipBanDeps } from './sip-ban-deps.js';

type Deps = Pick<SipBanDeps, 'sipBans' | 'edgeDesk' | 'clock'>;

/** Only the installation's first account rules the edge. */
export function rulesTheEdge({ ancestorIds }: Pick<Account, 'ancestorIds'>): boolean {
  return ancestorIds.length === 0;
}

/** The bans that this account sees: all where it is the first one of the installation, else none. */
export async function bansOf(account: Account, { sipBans, edgeDesk, clock }: Deps): Promise<readonly SipBan[]> {
  if (!rulesTheEdge(account)) return [];
  const byHand = await bansByHand(sipBans);
  const own = byHand.filter(({ accountId }) => accountId === account.id);
  return allBans(own, await edgeDesk.found(), timestamp(clock));
}

/** @throws ResourceNotFoundError */
export async function banOf(account: Account, id: string, deps: Deps): Promise<SipBan> {
  const ban = (await bansOf(account, deps)).find((each) => each.id === id);
  if (!ban) throw new ResourceNotFoundError('ban', id);
  return ban;
}

/** Those of the installation, whether they last or are over. */
export function bansByHand(sipBans: SipBanStore): Promise<readonly SipBanRecord[]> {
  return sipBans.acrossAccounts.find({}, { limit: mostBans });
}
