import type { Random } from '@hookswitch/kernel/random';
import { type Area, nearness } from '../areas/index.js';

/** A number of the account that calls out may show. */
export interface CallerIdCandidate {
  readonly numberId: string;
  readonly number: string;
  readonly numberGroupId?: string;
  /** Skill groups whose calls show it before others. */
  readonly outboundSkillGroupIds: readonly string[];
  readonly forAgentMobiles: boolean;
  readonly area: Area | undefined;
}

/** What is asked for, and by whom. */
export interface CallerIdWish {
  /** This one and no other. */
  readonly number?: string;
  /** One of these number groups. */
  readonly numberGroupIds?: readonly string[];
  /** The phone groups of the agent, in the agent's order; the group that was asked for alone, if one was. */
  readonly skillGroupIds: readonly string[];
  readonly rule: 'skillGroup' | 'sameArea' | 'random';
  readonly calleeArea: Area | undefined;
}

export interface ChosenCallerId {
  readonly number: string;
  readonly numberId: string;
  /** On whose behalf the call counts: the agent's only group; else the first of the agent's groups that the number is bound to; else the agent's first. */
  readonly skillGroupId?: string;
}

/**
 * Which number a call out shows (OUTSET-01, OUTSET-02, NUM-01, NUM-03): what the request names goes before the centre's rule; a rule that fits no number takes any at
 * random. Undefined where no number may be shown.
 */
export function chooseCallerId(
  wish: CallerIdWish,
  candidates: readonly CallerIdCandidate[],
  random: Random,
): ChosenCallerId | undefined {
  const allowed = candidates.filter(
    ({ number, numberGroupId }) =>
      (wish.number === undefined || number === wish.number) &&
      (wish.numberGroupIds === undefined ||
        (numberGroupId !== undefined && wish.numberGroupIds.includes(numberGroupId))),
  );
  const preferred = byRule(wish, allowed);
  const pool = preferred.length > 0 ? preferred : allowed;
  const chosen = anyOf(pool, random);
  if (!chosen) return undefined;
  const skillGroupId = groupOf(wish.skillGroupIds, chosen);
  return { number: chosen.number, numberId: chosen.numberId, ...(skillGroupId !== undefined && { skillGroupId }) };
}

/** Which number agents' mobiles see (NUM-04): one marked for them, else `otherwise`. */
export function callerIdForMobile(
  candidates: readonly CallerIdCandidate[],
  otherwise: string | undefined,
  random: Random,
): string | undefined {
  const marked = candidates.filter(({ forAgentMobiles }) => forAgentMobiles);
  return anyOf(marked, random)?.number ?? otherwise;
}

function byRule(
  { rule, skillGroupIds, calleeArea }: CallerIdWish,
  allowed: readonly CallerIdCandidate[],
): readonly CallerIdCandidate[] {
  switch (rule) {
    case 'skillGroup':
      return firstBound(skillGroupIds, allowed);
    case 'sameArea': {
      const near = (wanted: string) => allowed.filter(({ area }) => nearness(area, calleeArea) === wanted);
      const city = near('city');
      return city.length > 0 ? city : near('province');
    }
    case 'random':
      return [];
  }
}

/** The numbers bound to the first of the groups that has any. */
function firstBound(
  skillGroupIds: readonly string[],
  allowed: readonly CallerIdCandidate[],
): readonly CallerIdCandidate[] {
  for (const id of skillGroupIds) {
    const bound = allowed.filter(({ outboundSkillGroupIds }) => outboundSkillGroupIds.includes(id));
    if (bound.length > 0) return bound;
  }
  return [];
}

function groupOf(skillGroupIds: readonly string[], { outboundSkillGroupIds }: CallerIdCandidate): string | undefined {
  return skillGroupIds.find((id) => outboundSkillGroupIds.includes(id)) ?? skillGroupIds[0];
}

function anyOf<T>(items: readonly T[], random: Random): T | undefined {
  return items[Math.floor(random.next() * items.length)];
}
