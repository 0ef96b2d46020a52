import type { OperationId } from '@hookswitch/openapi/operations';
import type { Response } from 'express';
import type { Principal } from '../accounts/index.js';

/** What the middleware found out about a request, kept on the response. */
export interface RequestState {
  readonly requestId: string;
  principal?: Principal;
  operationId?: OperationId;
}

export function requestState(response: Response): RequestState {
  return response.locals as unknown as RequestState;
}
