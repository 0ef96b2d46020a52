import type { FieldError } from '@hookswitch/kernel/base-error';
import type { Schema } from '@hookswitch/openapi/operations';
import { type Account, EditionRequiredError } from '../accounts/index.js';
import { hoursFaults } from '../flows/index.js';
import { InvalidRequestError } from '../operation/request-errors.js';
import type { Change } from '../store/with-change.js';
import type { NumberDeps } from './number-deps.js';
import type { PhoneNumber } from './phone-number-record.js';

/** The parts of a request that say what calls to a number run, and when. */
export type NumberRuns = Pick<Schema<'UpdateNumberRequest'>, 'applicationId' | 'flow' | 'serviceHours' | 'closedFlow'>;

/** @throws InvalidRequestError where they contradict one another or name what the account does not have; EditionRequiredError */
export async function checkNumberFlows(
  { flowReferences }: Pick<NumberDeps, 'flowReferences'>,
  account: Pick<Account, 'id' | 'edition'>,
  { applicationId, flow, serviceHours, closedFlow }: NumberRuns,
): Promise<void> {
  const faults: FieldError[] = [];
  if (applicationId && flow) faults.push({ pointer: '/flow', message: 'and applicationId exclude each other' });
  if (serviceHours) {
    const wrong = hoursFaults(serviceHours);
    faults.push(...wrong.map(({ pointer, message }) => ({ pointer: `/serviceHours${pointer}`, message })));
  }
  for (const [name, named] of Object.entries({ flow, closedFlow })) {
    if (!named) continue;
    const { flowId, version } = named;
    const found = await flowReferences.subFlows(account.id, { flowId, ...(version && { version }) });
    if (found === 'unpublished') faults.push({ pointer: `/${name}/flowId`, message: 'has no live version yet' });
    else if (found === 'unknown') {
      const what = version ? 'versions of its flows' : 'flows';
      faults.push({
        pointer: `/${name}/${version ? 'version' : 'flowId'}`,
        message: `must be one of the account's ${what}`,
      });
    }
  }
  if (faults.length > 0) throw new InvalidRequestError(faults);
  if (account.edition !== 'premium' && (flow?.version || closedFlow?.version))
    throw new EditionRequiredError('Naming a version of a flow');
}

/** The same as the record has it. An application takes the place of a flow, and the other way round. */
export function numberRuns({ applicationId, flow, serviceHours, closedFlow }: NumberRuns): Change<PhoneNumber> {
  return {
    applicationId: flow ? null : applicationId,
    ...(applicationId && { flowId: null, flowVersion: null }),
    ...(flow !== undefined && { flowId: flow?.flowId ?? null, flowVersion: flow?.version ?? null }),
    serviceHours,
    ...(closedFlow !== undefined && {
      closedFlowId: closedFlow?.flowId ?? null,
      closedFlowVersion: closedFlow?.version ?? null,
    }),
  };
}
