import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { ActiveCall } from '../active-call.js';

/** To whom an agent's phone hands its customer on that presses "transfer". */
export type CustomerTransfer =
  /** A number (E.164), with `name` where its digits may be somebody's name, too; or a name at our own address: `endpointId` where it is that of a phone. */
  | {
      readonly kind: 'blind';
      readonly to:
        | { readonly number: string; readonly name?: string }
        | { readonly name: string; readonly endpointId?: string };
    }
  | { readonly kind: 'attended'; readonly to: ConsultedParty };

/** Whom the phone talks to in another call, which it has placed itself. */
export interface ConsultedParty {
  readonly callId: string;
  readonly leg: LiveCall;
  /** Its number, or the name of its phone. */
  readonly called: string;
  /** Its phone, where that is one of ours. */
  readonly endpointId?: string;
  /** Takes it out of that call, which ends. False where it is too late. */
  take(): boolean;
}

/**
 * Has the contact centre hand a customer on. Calls `begins` once it is clear that it can be done, and before anything is; `over` resolves to the SIP status that the phone is to be told.
 * Rejects with an error of kind `not_found`, `conflict`, `forbidden` or `limit` where it cannot be done.
 */
export type HandOnCustomer = (
  agent: ActiveCall,
  transfer: CustomerTransfer,
  begins: () => void,
) => Promise<{ readonly over: Promise<number> }>;
