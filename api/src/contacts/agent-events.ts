import type { NewContact } from './contact-store.js';
import type { CloseBy, Tidings } from './state/visit.js';

/**
 * Tells an agent's clients what happens in the agent's contacts, in order and once. It refuses to know how they are reached. Inbound: `callIn`, then `userAccessed` or `autoTransfer`,
 * then `sessionEnded`, then `sessionCompleted`.
 */
export interface AgentEvents {
  /** Must not throw; what it does takes its own time. */
  publish(accountId: string, agentId: string, event: AgentEvent): void;
}

/** Tencent's events and fields (reference, section 3). Numbers are as stored: whoever shows them to the agent protects them. */
export type AgentEvent =
  | CallIn
  | { readonly type: 'userAccessed' | 'autoTransfer' | 'sessionCompleted'; readonly sessionId: string }
  | { readonly type: 'sessionEnded'; readonly sessionId: string; readonly closeBy: CloseBy }
  | { readonly type: 'transfer'; readonly sessionId: string; readonly skillGroupId?: string; readonly userId?: string }
  | {
      readonly type: 'digitsCollected';
      readonly sessionId: string;
      readonly digits: string;
      readonly reason: 'complete' | 'timeout' | 'ended';
    };

/** A call rings. */
export interface CallIn {
  readonly type: 'callIn';
  readonly sessionId: string;
  readonly callType: 'phone' | 'internal';
  /** Seconds until another agent is asked; 0: it rings on. */
  readonly timeout: number;
  /** The customer. Internal: the calling agent. */
  readonly callerPhoneNumber: string;
  /** The enterprise number that was dialled. */
  readonly calleePhoneNumber: string;
  readonly callerLocation?: string;
  readonly remark?: string;
  readonly uui?: string;
  readonly ivrPath: readonly { readonly key: string; readonly label: string }[];
  /** Stands for the number where it is mapped. */
  readonly protectedCaller?: string;
}

/** The event of some tidings. Pure. */
export function agentEvent(tidings: Tidings, contact: NewContact, now: number): AgentEvent {
  const sessionId = contact.id;
  switch (tidings.event) {
    case 'callIn':
      return callIn(contact, tidings.ringsUntil === undefined ? 0 : Math.round((tidings.ringsUntil - now) / 1000));
    case 'transfer': {
      const { skillGroupId, agentId } = tidings;
      return {
        type: 'transfer',
        sessionId,
        ...(skillGroupId === undefined ? {} : { skillGroupId }),
        ...(agentId === undefined ? {} : { userId: agentId }),
      };
    }
    case 'sessionEnded':
      return { type: 'sessionEnded', sessionId, closeBy: tidings.closeBy };
    default:
      return { type: tidings.event, sessionId };
  }
}

function callIn(contact: NewContact, timeout: number): CallIn {
  const { location, remark, uui, protectedCustomer } = contact;
  return {
    type: 'callIn',
    sessionId: contact.id,
    callType: contact.direction === 'internal' ? 'internal' : 'phone',
    timeout,
    callerPhoneNumber: contact.customer,
    calleePhoneNumber: contact.line,
    ivrPath: contact.keys.map(({ key, label }) => ({ key, label })),
    ...(location === undefined
      ? {}
      : { callerLocation: [location.province, location.city, location.operator].filter(Boolean).join(' ') }),
    ...(remark === undefined ? {} : { remark }),
    ...(uui === undefined ? {} : { uui }),
    ...(protectedCustomer === undefined ? {} : { protectedCaller: protectedCustomer }),
  };
}
