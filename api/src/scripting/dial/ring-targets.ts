import { BaseError } from '@hookswitch/kernel/base-error';
import type { Termination } from '@hookswitch/media/port/termination';
import type { DialTarget } from '../script.js';
import type { ChildCall } from '../script-context.js';
import { statusOf, type TargetEnd } from './dial-status.js';

export interface Answered<Target = DialTarget> {
  readonly kind: 'answered';
  readonly target: Target;
  readonly child: ChildCall;
}

/** Nobody answered, or the ringing was stopped from outside. */
export interface Unanswered {
  readonly kind: 'unanswered';
  readonly ends: readonly TargetEnd[];
}

export interface RingHooks<Target> {
  /** Starts the call to a target. Rejects where policy says no. */
  dial(target: Target): Promise<ChildCall>;
  ringing(child: ChildCall): void;
  earlyMedia(child: ChildCall): void;
}

/**
 * Rings targets at once. The first to answer wins and the others are hung up (`answered-elsewhere`), also one that answers in the same moment. When `signal` aborts, all are. Whatever is still being dialled
 * then is hung up as soon as it exists.
 */
export async function ringTargets<Target>(
  targets: readonly Target[],
  hooks: RingHooks<Target>,
  signal: AbortSignal,
  whyStopped: () => Termination['reason'] = () => 'caller-canceled',
): Promise<Answered<Target> | Unanswered> {
  const decided = new AbortController();
  const stop = AbortSignal.any([signal, decided.signal]);
  return new Promise((resolve, reject) => {
    let winner: Answered<Target> | undefined;
    const settle = async (target: Target): Promise<TargetEnd> => {
      const end = await ringOne(target, hooks, stop, () => (winner ? 'answered-elsewhere' : whyStopped()));
      if (end.kind === 'unanswered') return end.end;
      if (winner || stop.aborted) {
        end.child.leg.hangUp({ reason: winner ? 'answered-elsewhere' : whyStopped() });
        return { status: 'canceled', callId: end.child.callId };
      }
      winner = end;
      decided.abort();
      resolve(winner);
      return { status: 'completed' };
    };
    Promise.all(targets.map(settle)).then(
      (ends) => resolve({ kind: 'unanswered', ends }),
      (error) => {
        decided.abort();
        reject(error);
      },
    );
  });
}

async function ringOne<Target>(
  target: Target,
  hooks: RingHooks<Target>,
  stop: AbortSignal,
  stopReason: () => Termination['reason'],
): Promise<Answered<Target> | { kind: 'unanswered'; end: TargetEnd }> {
  let child: ChildCall;
  try {
    child = await hooks.dial(target);
  } catch (error) {
    if (!(error instanceof BaseError) || error.kind === 'bug') throw error;
    return { kind: 'unanswered', end: { status: 'failed', errorCode: error.code } };
  }
  const { leg, callId } = child;
  return new Promise((resolve) => {
    const listeners: (() => void)[] = [];
    const done = (end: Answered<Target> | { kind: 'unanswered'; end: TargetEnd }) => {
      for (const remove of listeners) remove();
      stop.removeEventListener('abort', stopped);
      resolve(end);
    };
    const stopped = () => {
      leg.hangUp({ reason: stopReason() });
      done({ kind: 'unanswered', end: { status: 'canceled', callId } });
    };
    const ended = (termination: Termination) => {
      const sip = termination.sip === undefined ? {} : { sip: termination.sip };
      done({ kind: 'unanswered', end: { status: statusOf(termination), callId, termination, ...sip } });
    };
    if (leg.termination) return ended(leg.termination);
    if (stop.aborted) return stopped();
    if (leg.status === 'answered') return done({ kind: 'answered', target, child });
    stop.addEventListener('abort', stopped);
    listeners.push(
      leg.events.on('answered', () => done({ kind: 'answered', target, child })),
      leg.events.on('ended', ended),
      leg.events.on('ringing', () => hooks.ringing(child)),
      leg.events.on('earlyMedia', () => hooks.earlyMedia(child)),
    );
    if (leg.status === 'ringing') hooks.ringing(child);
  });
}
