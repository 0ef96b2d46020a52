import { pause } from '@hookswitch/kernel/clock';
import { endAcross } from '@hookswitch/media/port/end-across';
import type { Termination } from '@hookswitch/media/port/termination';
import type { Call } from '../call-records/call.js';
import type { CallEnd } from '../call-records/final-change.js';
import { billableSeconds, finalChange, isFinal } from '../call-records/index.js';
import { utcDay } from '../usage/index.js';
import type { ActiveCall } from './active-call.js';
import { logCallEnded } from './call-log.js';
import type { CallsDeps } from './calls-deps.js';
import { noteOn } from './note-on.js';

/** How a call ends whose process is gone. */
export function ownerLost({ answeredAt }: Pick<Call, 'answeredAt'>): Termination {
  return { result: answeredAt === undefined ? 'failed' : 'completed', by: 'system', reason: 'owner-lost' };
}

/**
 * Ends a call whose leg has ended: gives its place back, ends the calls it dialled, and writes its end, again and again until the store takes it.
 * Resolves to the final record, or undefined for a call whose first write failed (there is no record then).
 */
export async function endActiveCall(active: ActiveCall, end: CallEnd, deps: CallsDeps): Promise<Call | undefined> {
  active.timers.cancelAll();
  active.release();
  active.parent?.children.delete(active);
  for (const { leg } of active.children)
    leg.hangUp({ ...endAcross(end.termination, { answered: true }), by: 'system' });
  const stored = await active.settled().then(
    () => true,
    () => false,
  );
  // Whoever heard of the leg's end has acted on it by now.
  const known = { ...end, inContact: active.inContact };
  const final = stored ? await writeEnd(active, known, deps) : await closeStrayRecord(active.id, known, deps);
  if (final) {
    countUsage(final, deps);
    deps.onEnded?.(final);
    logCallEnded(active, final);
    const { result, reason, sip } = final.termination ?? end.termination;
    noteOn(
      active,
      deps.timeline,
    )({
      kind: 'event',
      summary: `ended: ${result} (${reason}${sip === undefined ? '' : `, SIP ${sip}`})`,
    });
  }
  deps.registry.remove(active);
  active.markOver(final ?? active.call);
  return final;
}

async function writeEnd(active: ActiveCall, end: CallEnd, deps: CallsDeps): Promise<Call> {
  for (let waitMs = 100; ; waitMs = Math.min(waitMs * 2, 5000)) {
    try {
      return await active.changeSoon((call) => finalChange(call, end, deps.buildCdr));
    } catch (error) {
      active.logger.error({ err: error }, 'The end of a call was not written; trying again.');
      await pause(deps.clock, waitMs);
    }
  }
}

/**
 * Ends a record whose first write seemed to fail: the store may have taken it all the same. Undefined where it did not, or does not answer for long; then the
 * record, if there is one, is ended when this process's lease is gone.
 */
export async function closeStrayRecord(
  callId: string,
  end: CallEnd,
  deps: Pick<CallsDeps, 'store' | 'clock' | 'logger' | 'buildCdr'>,
): Promise<Call | undefined> {
  for (let waitMs = 1000; waitMs <= 32_000; waitMs *= 2) {
    try {
      return await deps.store.change(callId, (call) => finalChange(call, end, deps.buildCdr));
    } catch (error) {
      deps.logger.error(
        { err: error, callId },
        'A call whose first write failed could not be looked up; trying again.',
      );
      await pause(deps.clock, waitMs);
    }
  }
  return undefined;
}

function countUsage(call: Call, { usage }: Pick<CallsDeps, 'usage'>): void {
  if (!isFinal(call.status) || call.endedAt === undefined) return;
  usage.add({
    accountId: call.accountId,
    direction: call.direction === 'inbound' ? 'inbound' : 'outbound',
    day: utcDay(call.endedAt),
    seconds: billableSeconds(call),
  });
}
