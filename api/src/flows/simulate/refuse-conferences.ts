import { BaseError } from '@hookswitch/kernel/base-error';
import type { CallConferences } from '../../scripting/index.js';

/** Scripts that are steps of a simulated flow meet nobody: who else is in a conference is not part of the plan. */
export const refuseConferences: CallConferences = {
  join() {
    throw new ConferenceNotSimulatedError();
  },
};

/** `conference` has no place in a simulation. */
export class ConferenceNotSimulatedError extends BaseError {
  constructor() {
    super('invalid', 'conference-not-simulated', 'A script in a simulated flow cannot join a conference.');
  }
}
