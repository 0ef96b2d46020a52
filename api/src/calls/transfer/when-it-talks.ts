import type { Clock } from '@hookswitch/kernel/clock';
import type { ActiveCall } from '../active-call.js';

/** How long whom the phone called may still ring, milliseconds. */
export const ringingPatienceMs = 60_000;

/** Whether somebody talks with whoever is at this call's far end. */
export function isTalking({ talk, leg }: ActiveCall): boolean {
  return talk?.otherThan(leg) !== undefined;
}

/** Whether whom its script dials rings, so that it may come to talk. */
export function isRinging(call: ActiveCall): boolean {
  return !isTalking(call) && call.children.size > 0;
}

/** Waits for whom the call's script dials to answer; false where that comes to nothing, or nobody waits any more (`signal`). */
export async function whenItTalks(call: ActiveCall, signal: AbortSignal, clock: Clock): Promise<boolean> {
  await new Promise<void>((resolve) => {
    const cancel = clock.after(ringingPatienceMs, () => done());
    const forgetEnd = call.leg.events.once('ended', () => done());
    const forgetTalk = call.whenItTalks(() => done());
    const done = () => {
      cancel();
      forgetEnd();
      forgetTalk();
      signal.removeEventListener('abort', done);
      resolve();
    };
    signal.addEventListener('abort', done);
    if (signal.aborted || call.leg.status === 'ended') done();
  });
  return isTalking(call) && !signal.aborted;
}
