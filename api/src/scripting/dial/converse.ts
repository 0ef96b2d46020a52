import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { ChildCall, ScriptContext } from '../script-context.js';

export interface ConversationRules {
  readonly timeLimitMs: number;
  /** The caller may leave by pressing *. */
  readonly hangupOnStar: boolean;
}

/** What ended a conversation. */
export type ConversationEnd = 'callee-left' | 'caller-left' | 'time-limit' | 'star' | 'interrupted';

/**
 * Lets the caller and a called party talk until one leaves, the time is up, the caller presses * where allowed, or the script is interrupted. The called party is hung up then; the caller never. A party on hold is
 * left connected: what its side sends (music, or nothing) is what the other hears.
 */
export async function converse(
  call: LiveCall,
  child: ChildCall,
  rules: ConversationRules,
  { children, clock, signal }: Pick<ScriptContext, 'children' | 'clock' | 'signal'>,
): Promise<ConversationEnd> {
  const connection = children.connect(call, child.leg);
  const cleanUp: (() => void)[] = [];
  const end = await new Promise<ConversationEnd>((resolve) => {
    const stopped = () => resolve(call.status === 'ended' ? 'caller-left' : 'interrupted');
    if (child.leg.status === 'ended') return resolve('callee-left');
    if (signal.aborted) return stopped();
    signal.addEventListener('abort', stopped);
    cleanUp.push(
      () => signal.removeEventListener('abort', stopped),
      child.leg.events.on('ended', () => resolve('callee-left')),
      clock.after(rules.timeLimitMs, () => resolve('time-limit')),
    );
    if (rules.hangupOnStar) {
      cleanUp.push(call.events.on('digit', (digit) => digit === '*' && resolve('star')));
    }
  });
  for (const undo of cleanUp) undo();
  connection.disconnect();
  child.leg.hangUp(end === 'time-limit' ? { by: 'system', reason: 'time-limit' } : { by: 'local', reason: 'hangup' });
  if (end === 'star') call.flushDigits();
  return end;
}
