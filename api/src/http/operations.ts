import { type AccountDeps, accountOperations } from '../accounts/index.js';
import { type ApplicationDeps, applicationOperations } from '../applications/index.js';
import { type CallApiDeps, callOperations } from '../calls/index.js';
import { type EndpointDeps, endpointOperations } from '../endpoints/index.js';
import { type NumberDeps, numberOperations } from '../numbers/index.js';
import { type TrunkDeps, trunkOperations } from '../trunks/index.js';
import { type UsageDeps, usageOperations } from '../usage/index.js';
import type { OperationHandlers } from './operation.js';

/** What the features' operations need, by feature. */
export interface OperationDeps {
  readonly accounts: AccountDeps;
  readonly applications: ApplicationDeps;
  readonly numbers: NumberDeps;
  readonly trunks: TrunkDeps;
  readonly endpoints: EndpointDeps;
  readonly calls: CallApiDeps;
  readonly usage: UsageDeps;
}

/** A handler for every operation of the API description: this does not compile while one is missing. To add a feature, add its deps and its `…Operations`. */
export function operationHandlers(deps: OperationDeps): OperationHandlers {
  return {
    ...accountOperations(deps.accounts),
    ...applicationOperations(deps.applications),
    ...numberOperations(deps.numbers),
    ...trunkOperations(deps.trunks),
    ...endpointOperations(deps.endpoints),
    ...callOperations(deps.calls),
    ...usageOperations(deps.usage),
  };
}
