import type { OperationHandlers } from '../../operation/handler.js';
import type { UsageDeps } from '../usage-deps.js';
import { getUsage } from './get-usage.js';

/** The HTTP face of usage. */
export function usageOperations(deps: UsageDeps) {
  return { getUsage: getUsage(deps) } satisfies Partial<OperationHandlers>;
}
