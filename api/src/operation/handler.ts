import type { Logger } from '@hookswitch/kernel/logger';
import type { OperationId, PublicOperationId } from '@hookswitch/openapi/operations';
import type { operations } from '@hookswitch/openapi/types';
import type { Account } from '../accounts/account.js';
import type { BinaryContent } from './binary-content.js';
import type { EventContent } from './event-content.js';
import type { Principal } from './principal.js';

type Parameters<Id extends OperationId> = operations[Id]['parameters'];
type Part<Id extends OperationId, Name extends 'query' | 'path' | 'header'> =
  Parameters<Id> extends Partial<Record<Name, infer Value>>
    ? [NonNullable<Value>] extends [never]
      ? Record<never, never>
      : NonNullable<Value>
    : Record<never, never>;
type BodyOf<Id extends OperationId> = operations[Id] extends { requestBody: { content: infer Content } }
  ? Content extends { 'application/json': infer Json }
    ? Json
    : Buffer
  : undefined;

/** A request that the API description has accepted: query values are converted and defaults filled in. */
export interface OperationRequest<Id extends OperationId> {
  readonly params: Part<Id, 'path'>;
  readonly query: Part<Id, 'query'>;
  /** Declared headers by their declared names. */
  readonly headers: Part<Id, 'header'>;
  /** The JSON body, or the bytes where the operation takes other content. */
  readonly body: BodyOf<Id>;
  /** Media type of the body without parameters, e.g. `audio/wav`. */
  readonly contentType: string | undefined;
  /** Media types the client takes, as its Accept header says. */
  readonly accept: string | undefined;
}

type Responses<Id extends OperationId> = operations[Id]['responses'];
type SuccessStatus = 200 | 201 | 202 | 204;

/** What an operation answers: a declared status with its JSON body, with content of another type, or with nothing. */
export type OperationResponse<Id extends OperationId> = {
  [Status in keyof Responses<Id> & SuccessStatus]: Responses<Id>[Status] extends { content: infer Content }
    ?
        | (Content extends { 'application/json': infer Json }
            ? { readonly status: Status; readonly body: Json; readonly headers?: Readonly<Record<string, string>> }
            : never)
        | ([Exclude<keyof Content, 'application/json'>] extends [never]
            ? never
            : {
                readonly status: Status;
                readonly content: BinaryContent | EventContent;
                readonly headers?: Readonly<Record<string, string>>;
              })
    : { readonly status: Status; readonly headers?: Readonly<Record<string, string>> };
}[keyof Responses<Id> & SuccessStatus];

/** Who asks. */
export interface RequestContext {
  /** The account that is acted for: the key's or the agent's own, or the sub-account named in `Hookswitch-Account`. */
  readonly account: Account;
  /** A key or an agent, with what they may do. */
  readonly principal: Principal;
  /**
   * Defined: the request may be about this agent's own things only. Operations with `own: agentId` need not look at it; those with `own: handler` must refuse, or leave out,
   * what is not this agent's.
   */
  readonly onlyAgentId: string | undefined;
  readonly requestId: string;
  /** Bound to the request and the account. */
  readonly logger: Logger;
}

/** What is known of a request without credentials. */
export interface PublicContext {
  readonly requestId: string;
  /** Where it came from: an IPv4 address, or the /64 of an IPv6 one. */
  readonly address: string;
  readonly logger: Logger;
}

export type OperationHandler<Id extends OperationId> = (
  request: OperationRequest<Id>,
  context: Id extends PublicOperationId ? PublicContext : RequestContext,
) => Promise<OperationResponse<Id>>;

/** A handler for every operation of the API description. */
export type OperationHandlers = { readonly [Id in OperationId]: OperationHandler<Id> };
