import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { ScriptContext } from '../script-context.js';
import type { TalkEnd, WatchedTalk } from './talk.js';

export interface ConversationRules {
  /** When the time is up, milliseconds since the epoch. */
  readonly until: number;
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
  talk: WatchedTalk,
  rules: ConversationRules,
  { clock, signal }: Pick<ScriptContext, 'clock' | 'signal'>,
): Promise<ConversationEnd> {
  const cleanUp: (() => void)[] = [];
  const end = await new Promise<ConversationEnd>((resolve) => {
    void talk.over.then(resolve);
    const stopped = () => resolve(call.status === 'ended' ? 'caller-left' : 'interrupted');
    if (signal.aborted) return stopped();
    signal.addEventListener('abort', stopped);
    cleanUp.push(
      () => signal.removeEventListener('abort', stopped),
      clock.after(Math.max(0, rules.until - clock.now()), () => resolve('time-limit')),
    );
    if (rules.hangupOnStar) {
      cleanUp.push(call.events.on('digit', (digit) => digit === '*' && resolve('star')));
    }
  });
  for (const undo of cleanUp) undo();
  talk.end(end === 'time-limit' ? { by: 'system', reason: 'time-limit' } : { by: 'local', reason: 'hangup' });
  if (end === 'star') call.flushDigits();
  return end;
}
