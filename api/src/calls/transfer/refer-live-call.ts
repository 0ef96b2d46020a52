import { referAway } from '../../scripting/index.js';
import type { ActiveCall } from '../active-call.js';
import { CallNotFoundError } from '../call-errors.js';
import type { CallsDeps } from '../calls-deps.js';
import type { ReferOrder } from '../control/call-control.js';
import { noteOn } from '../note-on.js';

type Deps = Pick<CallsDeps, 'registry' | 'timeline'>;

/** @throws CallNotFoundError where the order names another call, and that is none of the account's that this node has */
export function checkReferred(active: ActiveCall, { callId }: ReferOrder, { registry }: Pick<Deps, 'registry'>): void {
  if (callId === undefined) return;
  const other = registry.get(callId);
  if (other?.accountId !== active.accountId || other === active) throw new CallNotFoundError(callId);
}

/** Sends the far end elsewhere; what comes of it stands on the timeline. */
export function referLiveCall(
  active: ActiveCall,
  { referTo, callId, ...order }: ReferOrder,
  { registry, timeline }: Deps,
): void {
  const to = referTo ?? registry.get(callId!)?.leg;
  if (to === undefined) return;
  const note = noteOn(active, timeline);
  const { signal } = new AbortController();
  void registry
    .during(() => referAway(active.leg, { ...order, to }, { note, signal }))
    .catch((error: unknown) => active.logger.error({ err: error }, 'A REFER broke.'));
}
