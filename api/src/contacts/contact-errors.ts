import { BaseError } from '@hookswitch/kernel/base-error';

export class ContactNotFoundError extends BaseError {
  constructor(contactId: string) {
    super('not_found', 'resource-not-found', `There is no contact ${contactId}.`);
  }
}

export class ContactNotLiveError extends BaseError {
  constructor(contactId: string) {
    super('conflict', 'contact-not-live', `${contactId} is over; only contacts under way can be changed.`);
  }
}

/** What was asked for does not fit who is there and what they do. */
export class ContactActNotPossibleError extends BaseError {
  constructor(why: string) {
    super('conflict', 'contact-act-not-possible', why);
  }
}

export class AgentUnavailableError extends BaseError {
  constructor(why: string) {
    super('conflict', 'agent-unavailable', why);
  }
}

/** So often at most is one contact handed over. */
export const mostTransfers = 20;

export class TooManyTransfersError extends BaseError {
  constructor(contactId: string) {
    super('conflict', 'too-many-transfers', `${contactId} was handed over ${mostTransfers} times already.`);
  }
}

/** So many talk together at most. */
export const mostTalkers = 8;

export class TooManyParticipantsError extends BaseError {
  constructor(contactId: string) {
    super(
      'conflict',
      'too-many-participants',
      `${mostTalkers} take part in ${contactId} already, or are being called.`,
    );
  }
}

export class SkillGroupNotFoundError extends BaseError {
  constructor(idOrName: string) {
    super('not_found', 'resource-not-found', `There is no skill group ${idOrName}.`);
  }
}
