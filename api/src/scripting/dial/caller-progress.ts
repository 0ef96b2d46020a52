import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { ParsedVerb } from '../script.js';
import type { ChildCall, ChildCalls, ScriptContext } from '../script-context.js';
import { ringTones } from './ring-tones.js';

/** What the caller hears until somebody is connected. */
export interface CallerProgress {
  /** Somebody rings. */
  ringing(): void;
  /** A called network sends sound of its own: the caller hears that instead. */
  earlyMedia(child: ChildCall): void;
  /** Nothing more of this. The caller is left silent. */
  stop(): void;
}

/**
 * An answered caller hears a ringing tone, or the called network's own sound. One that is not answered (answerOnBridge) is told that it rings and makes its own, or is given that sound before the answer.
 *
 * @param passSound whether the called network's sound may be passed on: only where one phone alone rings
 */
export function callerProgress(
  call: LiveCall,
  ringTone: ParsedVerb<'dial'>['ringTone'],
  passSound: boolean,
  { children, signal, logger }: Pick<ScriptContext, 'signal' | 'logger'> & { children: ChildCalls },
): CallerProgress {
  const over = new AbortController();
  const tone = new AbortController();
  if (call.status === 'answered' && ringTone !== 'silence') {
    call
      .play(ringTones[ringTone], { loops: 0, signal: AbortSignal.any([signal, over.signal, tone.signal]) })
      .catch((error: unknown) => logger.warn({ err: error }, 'the ringing tone could not be played'));
  }
  return {
    ringing() {
      if (!over.signal.aborted) call.ring();
    },
    earlyMedia(child) {
      if (!passSound || over.signal.aborted) return;
      call.earlyMedia().then(
        () => {
          if (over.signal.aborted || child.leg.status === 'ended') return;
          tone.abort();
          children.connect(call, child.leg);
        },
        (error: unknown) => logger.info({ err: error }, 'sound before the answer could not be passed on'),
      );
    },
    stop: () => over.abort(),
  };
}
