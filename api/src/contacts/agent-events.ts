import { type ProtectionMode, shownToAgent } from '../number-protection/index.js';
import type { NewContact } from './contact-store.js';
import type { CloseBy, Tidings } from './state/visit.js';
/**
 * Tells an agent's clients what happens in the agent's contacts, in order and once. It refuses to know how they are reached. Outbound: `callOuted`, `calloutAccepted`, `sessionEnded`, `sessionCompleted`. Inbound: `callIn`, then `userAccessed` or `autoTransfer`,
 * then `sessionEnded`, then `sessionCompleted`.
 */
export interface AgentEvents {
  /** Must not throw; what it does takes its own time. */
  publish(accountId: string, agentId: string, event: AgentEvent): void;
}

/** Tencent's events and fields (reference, section 3). The customer's number is as agents may see it. */
export type AgentEvent =
  | CallIn
  | CallOuted
  | {
      readonly type: 'userAccessed' | 'autoTransfer' | 'calloutAccepted' | 'sessionCompleted';
      readonly sessionId: string;
    }
  | { readonly type: 'sessionEnded'; readonly sessionId: string; readonly closeBy: CloseBy }
  | { readonly type: 'transfer'; readonly sessionId: string; readonly skillGroupId?: string; readonly userId?: string }
  /** For every agent of the group: a message was left, or somebody wants to be called back. */
  | ({ readonly type: 'voicemailLeft'; readonly recordingId: string; readonly durationSeconds: number } & Caller)
  | ({ readonly type: 'callbackRequested'; readonly callbackRequestId: string } & Caller)
  | {
      readonly type: 'digitsCollected';
      readonly sessionId: string;
      readonly digits: string;
      readonly reason: 'complete' | 'timeout' | 'ended';
    };

/** The customer, as agents may see it. */
interface Caller {
  readonly sessionId: string;
  readonly callerPhoneNumber: string;
  readonly protectedCaller?: string;
}

/** A call that the agent placed is under way. */
export interface CallOuted {
  readonly type: 'callOuted';
  readonly sessionId: string;
  readonly callType: 'phone' | 'internal';
  readonly callerPhoneNumber: string;
  /** Internal: whom the agent calls. */
  readonly calleePhoneNumber: string;
  readonly calleeLocation?: string;
  readonly remark?: string;
  readonly uui?: string;
  readonly protectedCallee?: string;
}

/** A call rings. */
export interface CallIn {
  readonly type: 'callIn';
  readonly sessionId: string;
  readonly callType: 'phone' | 'internal';
  /** Seconds until another agent is asked; 0: it rings on. */
  readonly timeout: number;
  /** The customer. Internal: the calling agent's extension. */
  readonly callerPhoneNumber: string;
  /** The enterprise number that was dialled. */
  readonly calleePhoneNumber: string;
  readonly callerLocation?: string;
  readonly remark?: string;
  readonly uui?: string;
  readonly ivrPath: readonly { readonly key: string; readonly label: string }[];
  /** Stands for the number where it is mapped. */
  readonly protectedCaller?: string;
  /** Internal: the calling agent. */
  readonly peerUserId?: string;
}

/** The event of some tidings, with the customer's number as agents may see it. Pure. */
export function agentEvent(tidings: Tidings, contact: NewContact, protection: ProtectionMode): AgentEvent {
  const sessionId = contact.id;
  switch (tidings.event) {
    case 'callIn':
      return callIn(contact, tidings.ringSeconds ?? 0, protection);
    case 'callOuted':
      return callOuted(contact, protection);
    case 'transfer': {
      const { skillGroupId, agentId } = tidings;
      return {
        type: 'transfer',
        sessionId,
        ...(skillGroupId === undefined ? {} : { skillGroupId }),
        ...(agentId === undefined ? {} : { userId: agentId }),
      };
    }
    case 'voicemailLeft':
    case 'callbackRequested': {
      const { event: type, ...what } = tidings;
      return { type, ...callerOf(contact, protection), ...what } as AgentEvent;
    }
    case 'sessionEnded':
      return { type: 'sessionEnded', sessionId, closeBy: tidings.closeBy };
    default:
      return { type: tidings.event, sessionId };
  }
}

function callerOf({ id, customer, protectedCustomer }: NewContact, protection: ProtectionMode): Caller {
  const { number, protectedId } = shownToAgent(customer, protection, protectedCustomer);
  return {
    sessionId: id,
    callerPhoneNumber: number,
    ...(protectedId === undefined ? {} : { protectedCaller: protectedId }),
  };
}

function callOuted(contact: NewContact, protection: ProtectionMode): CallOuted {
  const { id, direction, customer, line, remark, uui } = contact;
  const internal = direction === 'internal';
  const shown = shownToAgent(customer, protection, contact.protectedCustomer);
  const location = locationText(contact);
  return {
    type: 'callOuted',
    sessionId: id,
    callType: internal ? 'internal' : 'phone',
    callerPhoneNumber: internal ? customer : line,
    calleePhoneNumber: internal ? line : shown.number,
    ...(location === undefined ? {} : { calleeLocation: location }),
    ...(remark === undefined ? {} : { remark }),
    ...(uui === undefined ? {} : { uui }),
    ...(shown.protectedId === undefined ? {} : { protectedCallee: shown.protectedId }),
  };
}

function locationText({ location }: NewContact): string | undefined {
  return location && [location.province, location.city, location.operator].filter(Boolean).join(' ');
}

function callIn(contact: NewContact, timeout: number, protection: ProtectionMode): CallIn {
  const { remark, uui } = contact;
  const shown = shownToAgent(contact.customer, protection, contact.protectedCustomer);
  const location = locationText(contact);
  const peer = contact.direction === 'internal' ? contact.participants[0]?.agentId : undefined;
  return {
    type: 'callIn',
    sessionId: contact.id,
    callType: contact.direction === 'internal' ? 'internal' : 'phone',
    timeout,
    callerPhoneNumber: shown.number,
    calleePhoneNumber: contact.line,
    ivrPath: contact.keys.map(({ key, label }) => ({ key, label })),
    ...(location === undefined ? {} : { callerLocation: location }),
    ...(peer === undefined ? {} : { peerUserId: peer }),
    ...(remark === undefined ? {} : { remark }),
    ...(uui === undefined ? {} : { uui }),
    ...(shown.protectedId === undefined ? {} : { protectedCaller: shown.protectedId }),
  };
}
