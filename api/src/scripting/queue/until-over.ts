import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { QueuedCall, QueueEnd } from '../script-context.js';

/** Does what the caller hears while it waits, until the wait and the talk after it are over. An interrupted script takes the call away. */
export async function untilOver(
  queued: Pick<QueuedCall, 'abandon' | 'over'>,
  call: LiveCall,
  signal: AbortSignal,
  wait: () => Promise<void>,
): Promise<QueueEnd> {
  const interrupted = () => {
    if (call.status !== 'ended') queued.abandon();
  };
  signal.addEventListener('abort', interrupted);
  if (signal.aborted) interrupted();
  try {
    await wait();
    return await queued.over;
  } finally {
    signal.removeEventListener('abort', interrupted);
  }
}
