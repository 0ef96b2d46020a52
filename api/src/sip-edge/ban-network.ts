import type { Account } from '../accounts/index.js';
import { InvalidRequestError, ScopeMissingError } from '../operation/request-errors.js';
import { timestamp } from '../store/timestamp.js';
import { commonForm, enabledTrunks, overlap, parseNetwork, type TrunkStore } from '../trunks/index.js';
import { rulesTheEdge } from './bans-of.js';
import { BanHitsTrunkError, TooManyBansError } from './edge-errors.js';
import { mostBans, type SipBanRecord } from './sip-ban.js';
import type { SipBanDeps } from './sip-ban-deps.js';

/** Networks wider than these would shut out a good part of the Internet. */
const widest = { ipv4: 8, ipv6: 16 };

export interface BanRequest {
  readonly network: string;
  readonly seconds?: number | undefined;
  readonly note?: string | undefined;
}

/**
 * Stores a ban by hand.
 * @throws InvalidRequestError, BanHitsTrunkError, TooManyBansError, DuplicateRecordError, ScopeMissingError where the account is not the installation's first
 */
export async function banNetwork(
  { sipBans, trunks, clock, newId }: Pick<SipBanDeps, 'sipBans' | 'trunks' | 'clock' | 'newId'>,
  account: Account,
  request: BanRequest,
): Promise<SipBanRecord> {
  if (!rulesTheEdge(account)) {
    throw new ScopeMissingError('sip-bans:write', "The edge is the installation's: its first account bans.");
  }
  const network = readNetwork(request.network);
  const hit = await trunksWithin(trunks, network);
  if (hit.length > 0) throw new BanHitsTrunkError(network, hit);
  if ((await sipBans.count(account.id)) >= mostBans) throw new TooManyBansError();
  const now = timestamp(clock);
  const ban: SipBanRecord = {
    id: newId('BN'),
    accountId: account.id,
    network,
    note: request.note ?? '',
    ...(request.seconds === undefined ? {} : { until: timestamp(clock, request.seconds * 1000) }),
    revision: 1,
    createdAt: now,
    updatedAt: now,
  };
  await sipBans.insert(ban);
  return ban;
}

function readNetwork(text: string): string {
  const fault = (message: string) => new InvalidRequestError([{ pointer: '/network', message }]);
  const network = parseNetwork(text);
  if (!network) throw fault('must be an IP address or a network such as 203.0.113.0/24');
  const least = widest[network[0].kind()];
  if (network[1] < least) throw fault(`is too wide: at least /${least}`);
  return commonForm(network);
}

async function trunksWithin(trunks: Pick<TrunkStore, 'acrossAccounts'>, network: string): Promise<string[]> {
  const hit: string[] = [];
  for await (const { id, inbound } of enabledTrunks(trunks)) {
    if (inbound?.addresses.some((address) => overlap(address, network))) hit.push(id);
  }
  return hit;
}
