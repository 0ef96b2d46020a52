import type { Random } from '@hookswitch/kernel/random';
import { type Area, nearness } from '../areas/index.js';

/** A number of the account that calls out may show. */
export interface CallerIdCandidate {
  readonly number: string;
  readonly numberGroupId?: string;
  /** Skill groups whose calls show it before others. */
  readonly outboundSkillGroupIds: readonly string[];
  readonly forAgentMobiles: boolean;
  readonly area: Area | undefined;
}

/** What is asked for, and by whom. */
export interface CallerIdWish {
  /** One of these number groups. */
  readonly numberGroupIds?: readonly string[];
  /** The phone groups of the agent, in the agent's order; the group that was asked for alone, if one was. */
  readonly skillGroupIds: readonly string[];
  readonly rule: 'skillGroup' | 'sameArea' | 'random';
  readonly calleeArea: Area | undefined;
}

export interface ChosenCallerId {
  readonly number: string;
  /** On whose behalf the call counts: the agent's only group; else the first of the agent's groups that the number is bound to; else the agent's first. */
  readonly skillGroupId?: string;
}

/**
 * Which number a call out shows whose request names none (OUTSET-01, OUTSET-02, NUM-01, NUM-03): of the number groups it names, if it does, one by the centre's rule; a
 * rule that fits no number takes any at random. Undefined where no number may be shown.
 */
export function chooseCallerId(
  wish: CallerIdWish,
  candidates: readonly CallerIdCandidate[],
  random: Random,
): ChosenCallerId | undefined {
  const allowed = inGroups(wish.numberGroupIds, candidates);
  const preferred = byRule(wish, allowed);
  const pool = preferred.length > 0 ? preferred : allowed;
  const chosen = anyOf(pool, random);
  return chosen && onBehalf(chosen, wish.skillGroupIds);
}

/** The candidate with that number, as chosen by whoever calls. Undefined where it may not be shown. */
export function givenCallerId(
  wanted: string,
  { numberGroupIds, skillGroupIds }: Pick<CallerIdWish, 'numberGroupIds' | 'skillGroupIds'>,
  candidates: readonly CallerIdCandidate[],
): ChosenCallerId | undefined {
  const given = inGroups(numberGroupIds, candidates).find(({ number }) => number === wanted);
  return given && onBehalf(given, skillGroupIds);
}

function inGroups(
  numberGroupIds: readonly string[] | undefined,
  candidates: readonly CallerIdCandidate[],
): readonly CallerIdCandidate[] {
  if (numberGroupIds === undefined) return candidates;
  return candidates.filter(
    ({ numberGroupId }) => numberGroupId !== undefined && numberGroupIds.includes(numberGroupId),
  );
}

function onBehalf(candidate: CallerIdCandidate, skillGroupIds: readonly string[]): ChosenCallerId {
  const skillGroupId = groupOf(skillGroupIds, candidate);
  return { number: candidate.number, ...(skillGroupId !== undefined && { skillGroupId }) };
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
