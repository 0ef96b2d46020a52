import type { Logger } from '@hookswitch/kernel/logger';
import type { ScriptEnd } from './script-end.js';
import type { RunScript } from './script-runner.js';

/** Does `work` with a signal that aborts when the leg ended or the run is interrupted. */
export async function untilLegEnds<Result>(
  { leg, signal }: Pick<RunScript, 'leg' | 'signal'>,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  // Not `AbortSignal.any`: every call comes here, and it leaves weak references and a finalizer to the garbage collector.
  const over = new AbortController();
  const end = () => over.abort('ended'); // a reason of our own: the default one is costly to make
  const interrupt = () => over.abort(signal.reason);
  const forget = leg.events.once('ended', end);
  signal.addEventListener('abort', interrupt);
  if (signal.aborted) interrupt();
  if (leg.status === 'ended') end();
  try {
    return await work(over.signal);
  } finally {
    forget();
    signal.removeEventListener('abort', interrupt);
  }
}

/** Runs what a call is told to do. What breaks in it is told, and hangs up. Never rejects. */
export async function runOnLeg(
  request: RunScript,
  logger: Logger,
  work: (signal: AbortSignal, logger: Logger) => Promise<ScriptEnd>,
): Promise<ScriptEnd> {
  const { id: callId, accountId } = request.call();
  const ofCall = logger.child({ callId, accountId });
  try {
    return await untilLegEnds(request, (signal) => work(signal, ofCall));
  } catch (error) {
    ofCall.error({ err: error }, 'a script broke');
    request.note({ kind: 'error', summary: 'The platform broke while it ran the script' });
    if (!request.signal.aborted) request.leg.hangUp({ by: 'system', reason: 'internal-error' });
    return { kind: 'failed', code: 'internal-error' };
  }
}
