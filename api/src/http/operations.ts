import { type AccountDeps, accountOperations } from '../accounts/index.js';
import type { OperationHandlers } from './operation.js';

/** What the features' operations need, by feature. */
export interface OperationDeps {
  readonly accounts: AccountDeps;
}

/** A handler for every operation of the API description: this does not compile while one is missing. To add a feature, add its deps and its `…Operations`. */
export function operationHandlers(deps: OperationDeps): OperationHandlers {
  return {
    ...accountOperations(deps.accounts),
  };
}
