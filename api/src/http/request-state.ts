import type { OperationId } from '@hookswitch/openapi/operations';
import type { Response } from 'express';
import type { Principal } from '../operation/principal.js';
import type { Permission } from './permission.js';

/** What the middleware found out about a request, kept on the response. */
export interface RequestState {
  readonly requestId: string;
  principal?: Principal;
  /** What the principal may use the operation for. */
  permission?: Permission;
  operationId?: OperationId;
  /** What it was about, where that has an id. */
  resourceId?: string;
  errorCode?: string;
  /** The answer is one given before, to the same Idempotency-Key. */
  replayed?: boolean;
}

export function requestState(response: Response): RequestState {
  return response.locals as unknown as RequestState;
}
