import type { FlowRef } from '../call-records/flow-ref.js';
import type { Contact } from './contact.js';

/**
 * What the API asks of live contacts. The node that owns the contact does it (`local-contact-control.ts`); the others pass it on (`routed-contact-control.ts`).
 */
export interface ContactControl {
  /** Does it and resolves to the contact afterwards. Rejects with `ContactNotFoundError`, `ContactNotLiveError`, `ContactActNotPossibleError` … */
  act(request: ContactRequest): Promise<Contact>;
}

export interface ContactRequest {
  readonly accountId: string;
  readonly contactId: string;
  readonly act: ContactAct;
}

/** `agentId` is on whose behalf; the contact's only agent where it is left out. */
export type ContactAct =
  | { readonly kind: PlainAct; readonly agentId?: string }
  | { readonly kind: 'hold' | 'retrieve'; readonly agentId?: string; readonly participant?: number }
  | { readonly kind: 'transfer' | 'consult' | 'invite'; readonly agentId?: string; readonly to: ContactTarget }
  | { readonly kind: 'sendDigits'; readonly agentId?: string; readonly participant?: number; readonly digits: string }
  | { readonly kind: 'collectDigits'; readonly agentId?: string; readonly template: CollectionTemplate }
  | {
      readonly kind: 'play';
      readonly url?: string;
      readonly audioId?: string;
      readonly loop: number;
      readonly agentId?: string;
    }
  | {
      readonly kind: 'runScript';
      readonly agentId?: string;
      readonly script: { readonly url: string } | { readonly flow: FlowRef };
    }
  | { readonly kind: 'record'; readonly agentId?: string; readonly status: 'in-progress' | 'paused' | 'stopped' }
  | { readonly kind: 'remark'; readonly agentId?: string; readonly remark: string | null }
  | {
      readonly kind: 'supervise';
      readonly agentId: string;
      readonly mode: 'listen' | 'whisper' | 'barge';
      readonly to?: string;
    }
  | { readonly kind: 'takeOver'; readonly agentId: string; readonly from?: string }
  /** Writes what the customer's flow has learned so far (keys): it is not worth a write of its own until somebody reads it. */
  | { readonly kind: 'writeKept' }
  | { readonly kind: 'end' };

/** Acts that need nothing but who does them. */
export type PlainAct =
  | 'accept'
  | 'decline'
  | 'hangUp'
  | 'mute'
  | 'unmute'
  | 'completeConsult'
  | 'mergeConsult'
  | 'returnFromConsult'
  | 'takeBack'
  | 'leaveSupervision';

export type ContactTarget =
  | { readonly type: 'group'; readonly skillGroupId: string }
  | { readonly type: 'agent'; readonly agentId: string }
  | { readonly type: 'number'; readonly number: string; readonly callerId?: string };

/** How digits are asked of a customer. */
export interface CollectionTemplate {
  readonly prompt: { readonly text: string; readonly language?: string } | { readonly audioId: string };
  readonly digits: number;
  /** Fewer digits count as none. */
  readonly fixedLength: boolean;
  readonly finishOnKey: string;
  readonly timeoutSeconds: number;
  readonly callbackUrl?: string;
}
