import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { TransferRequest } from '@hookswitch/media/port/transfer';
import type { HandOver } from '../../scripting/index.js';
import type { ActiveCall } from '../active-call.js';
import type { CallsDeps } from '../calls-deps.js';
import { hearRinging } from './hear-ringing.js';
import { standAlone } from './stand-alone.js';

/** How long whom the phone called may still ring, milliseconds. */
const patienceMs = 60_000;

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
  if (!isTalking(other) && !(await whenItTalks(other, handOver, request, deps))) {
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

function isTalking({ talk, leg }: ActiveCall): boolean {
  return talk?.otherThan(leg) !== undefined;
}

/** Whom the call's script dials may still ring: waits for the answer. False where nobody rings, or it comes to nothing. */
async function whenItTalks(
  other: ActiveCall,
  { remaining, signal }: HandOver,
  request: TransferRequest,
  deps: CallsDeps,
): Promise<boolean> {
  if (other.children.size === 0) return false;
  request.progress(180);
  const sound = hearRinging(remaining, deps);
  await new Promise<void>((resolve) => {
    const cancel = deps.clock.after(patienceMs, () => done());
    const forgetEnd = other.leg.events.once('ended', () => done());
    const forgetTalk = other.whenItTalks(() => done());
    const done = () => {
      cancel();
      forgetEnd();
      forgetTalk();
      signal.removeEventListener('abort', done);
      resolve();
    };
    signal.addEventListener('abort', done);
    if (signal.aborted || other.leg.status === 'ended') done();
  });
  sound.stop();
  return isTalking(other) && !signal.aborted;
}
