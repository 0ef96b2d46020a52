import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { ChildCall, ScriptContext } from '../script-context.js';
import type { TalkEnd } from './talk.js';

export interface ConversationRules {
  readonly timeLimitMs: number;
  /** The caller may leave by pressing *. */
  readonly hangupOnStar: boolean;
}

/** What ended a conversation. */
export type ConversationEnd = TalkEnd | 'time-limit' | 'star' | 'interrupted';

/**
 * Lets the caller and a called party talk until one leaves, the time is up, the caller presses * where allowed, or the script is interrupted. Whoever the caller talks to is hung up
 * then; the caller never. A party on hold is left connected: what its side sends (music, or nothing) is what the other hears. One whose phone hands the caller on is
 * replaced by whom it names, and the conversation goes on.
 */
export async function converse(
  call: LiveCall,
  child: ChildCall,
  rules: ConversationRules,
  { children, clock, signal }: Pick<ScriptContext, 'children' | 'clock' | 'signal'>,
): Promise<ConversationEnd> {
  const talk = children.talk(call, child.leg);
  const cleanUp: (() => void)[] = [];
  const end = await new Promise<ConversationEnd>((resolve) => {
    const stopped = () => resolve(call.status === 'ended' ? 'caller-left' : 'interrupted');
    if (child.leg.status === 'ended') return resolve('callee-left');
    if (signal.aborted) return stopped();
    signal.addEventListener('abort', stopped);
    cleanUp.push(
      () => signal.removeEventListener('abort', stopped),
      clock.after(rules.timeLimitMs, () => resolve('time-limit')),
    );
    void talk.over.then(resolve);
    if (rules.hangupOnStar) {
      cleanUp.push(call.events.on('digit', (digit) => digit === '*' && resolve('star')));
    }
  });
  for (const undo of cleanUp) undo();
  talk.end(end === 'time-limit' ? { by: 'system', reason: 'time-limit' } : { by: 'local', reason: 'hangup' });
  if (end === 'star') call.flushDigits();
  return end;
}
