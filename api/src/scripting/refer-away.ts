import type { Headers, LiveCall } from '@hookswitch/media/port/live-call';
import type { ReferResult } from '@hookswitch/media/port/transfer';
import type { ScriptContext } from './script-context.js';

/** Whom a far end is sent to, as a script or the API says it. */
export interface ReferAway {
  /** A SIP or tel URI, or an E.164 number; or another call at the same far end. */
  readonly to: string | LiveCall;
  readonly referredBy?: string;
  readonly referredByDisplayName?: string;
  readonly headers?: Headers;
  readonly timeoutSeconds: number;
}

/**
 * Sends the far end of an answered call to somebody else (REFER, RFC 3515), tells on the timeline what it says of that, and hangs the call up once it was transferred (RFC 5589 6.1).
 */
export async function referAway(
  call: LiveCall,
  { to, timeoutSeconds, ...rest }: ReferAway,
  { note, signal }: Pick<ScriptContext, 'note' | 'signal'>,
): Promise<ReferResult> {
  const result = await call.refer({
    ...rest,
    to: typeof to === 'string' ? referUri(to, call.facts.remoteAddress) : to,
    timeoutMs: timeoutSeconds * 1000,
    signal,
    onProgress: (status) => note({ kind: 'sip', summary: `the far end tells of its new call: ${status}` }),
  });
  note({ kind: 'event', summary: `refer: ${result.end}`, detail: { ...result } });
  if (result.end === 'transferred') call.hangUp({ by: 'local', reason: 'hangup' });
  return result;
}

/** A number is asked for at the far end's own address. */
function referUri(to: string, remoteAddress: string): string {
  return to.startsWith('+') ? `sip:${to}@${remoteAddress}` : to;
}
