import type { FieldError } from '@hookswitch/kernel/base-error';
import { InvalidRequestError } from '../operation/request-errors.js';
import type { OverflowStep, SkillGroupStore } from './skill-group.js';

/** The steps in order of time. @throws InvalidRequestError where one names a group the account does not have, the group itself, or one group twice */
export async function checkOverflow(
  skillGroups: Pick<SkillGroupStore, 'get'>,
  accountId: string,
  steps: readonly OverflowStep[],
  ownId?: string,
): Promise<readonly OverflowStep[]> {
  const faults: FieldError[] = [];
  const ids = steps.map(({ skillGroupId }) => skillGroupId);
  const found = await Promise.all(ids.map((id) => skillGroups.get(accountId, id)));
  ids.forEach((id, index) => {
    const pointer = `/overflow/${index}/skillGroupId`;
    if (!found[index]) faults.push({ pointer, message: `must be the id of one of the account's skill groups` });
    else if (id === ownId) faults.push({ pointer, message: 'must be another group' });
    else if (ids.indexOf(id) !== index) faults.push({ pointer, message: 'is there twice' });
  });
  if (faults.length > 0) throw new InvalidRequestError(faults);
  return [...steps].sort((a, b) => a.afterSeconds - b.afterSeconds);
}
