import type { Random } from '@hookswitch/kernel/random';
import type { Agent } from '../agents/index.js';
import type { Area } from '../areas/index.js';
import type { CentreSettings } from '../contact-centre/index.js';
import type { PlaceContact } from './call-out-request.js';
import { type CallerIdCandidate, type ChosenCallerId, chooseCallerId, givenCallerId } from './choose-caller-id.js';
import { CallerIdNotOfferedError, NoCallerIdError } from './outbound-errors.js';

/**
 * The numbers that a call out shows, in the order in which they are tried; at least one. Those that the request names, else one that the centre's rule picks. Pure but
 * for chance.
 * @throws CallerIdNotOfferedError, NoCallerIdError
 */
export function callersFor(
  { callerIds, numberGroupIds, skillGroupId }: PlaceContact,
  { skillGroupIds: ofAgent }: Pick<Agent, 'skillGroupIds'>,
  { callerIdRule: rule }: Pick<CentreSettings, 'callerIdRule'>,
  calleeArea: Area | undefined,
  candidates: readonly CallerIdCandidate[],
  random: Random,
): readonly ChosenCallerId[] {
  const skillGroupIds = skillGroupId === undefined ? ofAgent : [skillGroupId];
  const wish = { ...(numberGroupIds && { numberGroupIds }), skillGroupIds, rule, calleeArea };
  if (callerIds === undefined) {
    const chosen = chooseCallerId(wish, candidates, random);
    if (chosen) return [chosen];
    throw numberGroupIds === undefined ? new NoCallerIdError() : new CallerIdNotOfferedError('/numberGroupIds');
  }
  return callerIds.map((number, at) => {
    const given = givenCallerId(number, wish, candidates);
    if (given) return given;
    throw new CallerIdNotOfferedError(callerIds.length === 1 ? '/callerPhoneNumber' : `/callerPhoneNumbers/${at}`);
  });
}
