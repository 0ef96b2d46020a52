import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { TransferRequest } from '@hookswitch/media/port/transfer';
import { type ChildDial, type HandOver, ringTargets } from '../../scripting/index.js';
import type { ActiveCall } from '../active-call.js';
import type { CallsDeps } from '../calls-deps.js';
import { familyOf, placeFamilyCall } from '../place-child-call.js';
import { hearRinging } from './hear-ringing.js';
import { transferDestination } from './transfer-destination.js';
import { transferStatus } from './transfer-status.js';

/** How long the one who is asked for may ring, seconds. */
const ringTimeoutSeconds = 60;

/**
 * Rings whom a Refer-To names and puts them in the transferor's place: a blind transfer (RFC 5589 6.1). The new call is made as the script that connected the two would dial it, with
 * its caller number and under its limits. Answers the status that the transferor is told.
 */
export async function ringTransferTarget(
  transferor: ActiveCall,
  handOver: HandOver,
  request: TransferRequest,
  deps: CallsDeps,
): Promise<number> {
  const target = transferDestination(request.to);
  if (!target) return 404;
  const { remaining, signal } = handOver;
  // Whose script connected the two.
  const family = familyOf(transferor.parent ?? transferor);
  const sound = hearRinging(remaining, deps);
  let dialled: LiveCall | undefined;
  try {
    const rung = await ringTargets(
      [target],
      {
        dial: async (to) => {
          const child = await placeFamilyCall(family, dialOf(to, transferor, remaining, request), deps);
          dialled = child.leg;
          return child;
        },
        ringing: () => request.progress(180),
        earlyMedia: ({ leg }) => {
          request.progress(183);
          sound.stop();
          deps.engine.connect(remaining, leg);
        },
      },
      signal,
    );
    if (rung.kind === 'unanswered') return transferStatus(rung.ends[0] ?? { status: 'failed' }, dialled?.termination);
    sound.stop();
    if (!handOver.takes(rung.child.leg)) {
      rung.child.leg.hangUp();
      return 487;
    }
    const next = deps.registry.get(rung.child.callId);
    if (next) next.talk = transferor.talk;
    return 200;
  } finally {
    sound.stop();
  }
}

function dialOf(
  target: ChildDial['target'],
  { id, leg }: ActiveCall,
  remaining: LiveCall,
  { to, referredBy }: TransferRequest,
): ChildDial {
  const { headers, replaces, isOurs } = to;
  // Calls in a circle end, since each may take a hop less than both had.
  const hops = Math.min(leg.facts.maxForwards ?? 70, remaining.facts.maxForwards ?? 70);
  return {
    target,
    ringTimeoutSeconds,
    ...(Object.keys(headers).length > 0 ? { headers } : {}),
    transfer: {
      transferorCallId: id,
      maxForwards: Math.max(0, hops - 1),
      ...(replaces === undefined || isOurs ? {} : { replaces }),
      ...(referredBy === undefined ? {} : { referredBy }),
    },
  };
}
