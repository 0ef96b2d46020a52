import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { TransferRequest } from '@hookswitch/media/port/transfer';
import type { HandOver } from '../../scripting/index.js';
import type { ActiveCall } from '../active-call.js';
import type { CallsDeps } from '../calls-deps.js';
import { hearRinging } from './hear-ringing.js';
import { standAlone } from './stand-alone.js';
import { isRinging, isTalking, whenItTalks } from './when-it-talks.js';

/**
 * Joins whom the transferor talks to in one call with whom it talks to in another (RFC 5589 7), or called and waits for: both calls of the transferor end. Answers the status the transferor is
 * told: 481 where the other call is none that it may name, 603 where nobody is there to be joined with.
 */
export async function joinTransferred(
  transferor: ActiveCall,
  handOver: HandOver,
  named: LiveCall,
  request: TransferRequest,
  deps: CallsDeps,
): Promise<number> {
  const other = deps.registry.get(named.id);
  if (!other || other.accountId !== transferor.accountId) return 481;
  if (other === transferor) return 603;
  if (!(await comesToTalk(other, handOver, request, deps))) {
    return other.leg.status === 'ended' || handOver.signal.aborted ? 487 : 603;
  }
  const leaving = other.talk?.handOver(other.leg);
  if (!leaving) return 603;
  const joined = deps.registry.get(leaving.remaining.id);
  if (!handOver.joins(leaving)) {
    leaving.failed();
    return 487;
  }
  if (joined) {
    joined.talk = transferor.talk;
    standAlone(joined);
  }
  other.leg.hangUp({ by: 'local', reason: 'hangup' });
  return 200;
}

/** Whom the call's script dials may still ring: waits for the answer. False where nobody rings, or it comes to nothing. */
async function comesToTalk(
  other: ActiveCall,
  { remaining, signal }: HandOver,
  request: TransferRequest,
  deps: CallsDeps,
): Promise<boolean> {
  if (!isRinging(other)) return isTalking(other);
  request.progress(180);
  const sound = hearRinging(remaining, deps);
  const talks = await whenItTalks(other, signal, deps.clock);
  sound.stop();
  return talks;
}
