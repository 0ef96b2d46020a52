import { BaseError } from '@hookswitch/kernel/base-error';
import type { ChildCalls } from '../../scripting/index.js';

/** Scripts that are steps of a simulated flow can dial nobody: what their targets do is not part of the plan. */
export const refuseToDial: ChildCalls = {
  async dial() {
    throw new DialNotSimulatedError();
  },
  connect() {
    throw new DialNotSimulatedError();
  },
  legOf: () => undefined,
  talk() {
    throw new DialNotSimulatedError();
  },
  resumedTalk: () => undefined,
};

/** `dial` has no place in a simulation. */
export class DialNotSimulatedError extends BaseError {
  constructor() {
    super(
      'invalid',
      'dial-not-simulated',
      'A script in a simulated flow cannot dial. Use a node of the flow for that.',
    );
  }
}
