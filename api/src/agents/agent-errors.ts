import { BaseError } from '@hookswitch/kernel/base-error';
import { DuplicateRecordError } from '../store/tenant-collection.js';

const takenFields: Readonly<Record<string, string>> = {
  email: 'The e-mail address',
  staffNumber: 'The staff number',
  extension: 'The extension',
  phone: 'The phone number',
  endpointId: 'The SIP phone',
};

/** Another agent of the account has it. */
export class AgentFieldTakenError extends BaseError {
  constructor(field: string) {
    super('conflict', 'already-exists', `${takenFields[field] ?? field} is another agent's. Choose another.`, {
      fields: [{ pointer: `/${field}`, message: `is another agent's` }],
    });
  }
}

/** A broken unique rule of agents as the user knows it; other errors as they are. */
export function asAgentError(error: unknown): unknown {
  return error instanceof DuplicateRecordError ? new AgentFieldTakenError(error.rule) : error;
}

export class AgentLimitError extends BaseError {
  constructor(limit: number) {
    super(
      'conflict',
      'agent-limit',
      `The account has ${limit} agents, the most it may. Delete one, or have agentLimit of the contact centre raised.`,
    );
  }
}

export class AgentAtWorkError extends BaseError {
  constructor() {
    super('conflict', 'agent-at-work', 'The agent is at work. Force it offline first, or wait until it is.');
  }
}
