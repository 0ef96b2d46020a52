import type { Clock } from '@hookswitch/kernel/clock';
import type { AreaOf } from '../areas/index.js';
import { inService, type PhoneNumber, type PhoneNumberStore } from '../numbers/index.js';
import { ShortCache } from '../store/short-cache.js';
import type { CallerIdCandidate } from './choose-caller-id.js';

/** The numbers that an account's calls out may show. */
export interface CallerIds {
  of(accountId: string): Promise<readonly CallerIdCandidate[]>;
}

/** @param keepMs what it says may be so old, milliseconds */
export function callerIdsFrom(
  numbers: Pick<PhoneNumberStore, 'list'>,
  areaOf: AreaOf,
  clock: Clock,
  keepMs: number,
): CallerIds {
  const cache = new ShortCache<readonly CallerIdCandidate[]>(clock, { keepMs, max: 1000 });
  return { of: (accountId) => cache.get(accountId, () => candidates(accountId, numbers, areaOf)) };
}

async function candidates(
  accountId: string,
  numbers: Pick<PhoneNumberStore, 'list'>,
  areaOf: AreaOf,
): Promise<readonly CallerIdCandidate[]> {
  const found: CallerIdCandidate[] = [];
  let cursor: string | undefined;
  do {
    const page = await numbers.list(accountId, { limit: 100, cursor });
    found.push(...(await Promise.all(page.items.filter(callsOut).map((number) => candidate(number, areaOf)))));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

/** Whether calls out may show a number: a 400 number takes calls only, one that is stopped does nothing. */
export function callsOut(number: Pick<PhoneNumber, 'callOut' | 'state'>): boolean {
  return number.callOut !== false && inService(number);
}

async function candidate(
  { number, numberGroupId, outboundSkillGroupIds = [], forAgentMobiles = false }: PhoneNumber,
  areaOf: AreaOf,
): Promise<CallerIdCandidate> {
  return {
    number,
    ...(numberGroupId === undefined ? {} : { numberGroupId }),
    outboundSkillGroupIds,
    forAgentMobiles,
    area: await areaOf(number),
  };
}
