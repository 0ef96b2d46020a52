import type { Schema } from '@hookswitch/openapi/operations';
import { checkApplication } from '../applications/index.js';
import { InvalidRequestError } from '../operation/request-errors.js';
import { checkTrunk } from '../trunks/index.js';
import type { NumberDeps } from './number-deps.js';

type NumberParts = Pick<
  Schema<'UpdateNumberRequest'>,
  'applicationId' | 'trunkId' | 'numberGroupId' | 'outboundSkillGroupIds'
>;

/** @throws InvalidRequestError when application, trunk, number group or a skill group is not the account's */
export async function checkNumberParts(deps: NumberDeps, accountId: string, parts: NumberParts): Promise<void> {
  await checkApplication(deps.applications, accountId, parts.applicationId);
  await checkTrunk(deps.trunks, accountId, parts.trunkId);
  const { numberGroupId, outboundSkillGroupIds = [] } = parts;
  if (numberGroupId && !(await deps.numberGroups.get(accountId, numberGroupId))) {
    throw new InvalidRequestError([
      { pointer: '/numberGroupId', message: `must be the id of one of the account's number groups` },
    ]);
  }
  const groups = await Promise.all(outboundSkillGroupIds.map((id) => deps.skillGroups.get(accountId, id)));
  const wrong = groups.flatMap((group, at) =>
    group
      ? []
      : [{ pointer: `/outboundSkillGroupIds/${at}`, message: `must be the id of one of the account's skill groups` }],
  );
  if (wrong.length > 0) throw new InvalidRequestError(wrong);
}
