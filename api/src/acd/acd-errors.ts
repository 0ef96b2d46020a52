import { BaseError } from '@hookswitch/kernel/base-error';
import type { AgentStatus } from './live-records.js';

/** The agent's status does not allow what was asked. */
export class AgentStatusNotAllowedError extends BaseError {
  constructor(agentId: string, status: AgentStatus, wanted: string, hint?: string) {
    super(
      'conflict',
      'agent-status-not-allowed',
      `${agentId} is ${statusWords[status]} and cannot ${wanted} now.${hint ? ` ${hint}` : ''}`,
    );
  }
}

/** Rest needs one of the account's enabled reasons. */
export class RestReasonUnknownError extends BaseError {
  constructor(given: string | undefined, enabled: readonly string[]) {
    const choice = enabled.length > 0 ? `Choose one of: ${enabled.join(', ')}.` : 'No reason is enabled.';
    const wrong = given === undefined ? 'Rest needs a reason.' : `There is no enabled rest reason "${given}".`;
    super('invalid', 'rest-reason-unknown', `${wrong} ${choice}`, {
      fields: [{ pointer: '/restReason', message: choice }],
    });
  }
}

/** The offer was answered by somebody, refused, timed out or withdrawn. */
export class OfferOverError extends BaseError {
  constructor(offerId: string) {
    super('conflict', 'offer-over', `${offerId} is over: it was answered, refused, timed out or withdrawn.`);
  }
}

/** Too many changes of the same records at once. */
export class LiveStateContendedError extends BaseError {
  constructor() {
    super('conflict', 'resource-changed', 'This changed again and again at the same time; read it and repeat.');
  }
}

const statusWords: Record<AgentStatus, string> = {
  free: 'free',
  notReady: 'not ready',
  rest: 'at rest',
  busy: 'in a call',
  afterCallWork: 'in after-call work',
  offline: 'offline',
};

/** The agent was forced offline. */
export class AgentBlockedError extends BaseError {
  constructor(agentId: string) {
    super('forbidden', 'agent-blocked', `${agentId} was forced offline; it has to be restored first.`);
  }
}
