import { BaseError } from '@hookswitch/kernel/base-error';

/** The conference is over. */
export class ConferenceNotLiveError extends BaseError {
  constructor(conferenceId: string) {
    super('conflict', 'conference-not-live', `${conferenceId} is over; the next call that names it begins a new one.`);
  }
}

/** The call is not in the conference, or not just now. */
export class ParticipantNotThereError extends BaseError {
  constructor(callId: string) {
    super('conflict', 'participant-not-there', `${callId} is not in the conference now.`);
  }
}

/** As many are there, or speak, as may. */
export class ConferenceHasNoRoomError extends BaseError {
  constructor(what: 'participants' | 'speakers', most: number) {
    super('conflict', 'conference-full', `The conference has its ${most} ${what} already.`);
  }
}

/** This node does not have the conference (any more): whoever wants in asks anew whose it is. */
export class ConferenceElsewhereError extends BaseError {
  constructor(name: string) {
    super('unavailable', 'conference-unreachable', `The conference ${name} is not here.`);
  }
}

/** The way to the conference's node could not be had. */
export class ConferenceUnreachableError extends BaseError {
  constructor(name: string, why: string) {
    super('unavailable', 'conference-unreachable', `The conference ${name} could not be reached: ${why}.`);
  }
}

/** Others changed the record again and again while we tried to. */
export class ConferenceContendedError extends BaseError {
  constructor(what: string) {
    super('unavailable', 'conference-contended', `${what} is being changed by too many at once; try again.`, {
      retryAfterSeconds: 1,
    });
  }
}
