import type { EdgeBanReason } from '@hookswitch/media/port/sip-edge';
import type { CollectionDefinition, TenantCollection, TenantRecord } from '../store/tenant-collection.js';

/** A ban by hand: the installation's own, told to every machine of the edge as long as it lasts. `createdAt` is when it began. */
export interface SipBanRecord extends TenantRecord {
  /** `203.0.113.66` or `203.0.113.0/24`, in the common form of such. */
  readonly network: string;
  readonly note: string;
  /** RFC 3339. Until it is lifted where left away. */
  readonly until?: string;
}

export type SipBanStore = TenantCollection<SipBanRecord>;

export const sipBanCollection: CollectionDefinition<SipBanRecord> = {
  name: 'sip-bans',
  unique: [{ name: 'network', fields: ['network'], within: 'account' }],
};

/** Bans by hand that an installation has at most: machines look through their networks for each request. */
export const mostBans = 1_000;

/** A ban as users see it, whoever made it; times as RFC 3339. */
export interface SipBan {
  readonly id: string;
  readonly network: string;
  readonly reason: 'manual' | EdgeBanReason;
  readonly note: string;
  readonly since: string;
  readonly until: string | null;
  readonly machines: readonly string[];
}

/** Whether a ban by hand still lasts. `now` as RFC 3339. */
export function lasts({ until }: Pick<SipBanRecord, 'until'>, now: string): boolean {
  return until === undefined || until > now;
}
