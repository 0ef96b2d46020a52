import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { HandOver, Talk } from '../../scripting/index.js';
import type { ActiveCall } from '../active-call.js';
import type { CallsDeps } from '../calls-deps.js';
import { standAlone } from './stand-alone.js';

/**
 * Joins whom the transferor talks to in one call with whom it talks to in another (RFC 5589 7): both calls of the transferor end. Answers the status the transferor is
 * told: 481 where the other call is none that it may name, 603 where nobody is there to be joined with.
 */
export function joinTransferred(
  transferor: ActiveCall,
  handOver: HandOver,
  named: LiveCall,
  deps: Pick<CallsDeps, 'registry'>,
): number {
  const other = deps.registry.get(named.id);
  if (!other || other.accountId !== transferor.accountId) return 481;
  const there: Talk | undefined = other === transferor ? undefined : other.talk;
  const leaving = there?.handOver(other.leg);
  if (!there || !leaving) return 603;
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
