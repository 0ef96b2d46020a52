import type { SipReason } from '../sip-event.js';
import { headerParams } from './header-values.js';
import type { SipMessage } from './message.js';

/** The Reason of a message (RFC 3326): Q.850 before others, else the first; undefined where there is none that can be read. */
export function readReason(message: SipMessage): SipReason | undefined {
  let found: SipReason | undefined;
  for (const text of safeValues(message)) {
    const { value, params } = headerParams(text);
    const cause = params.get('cause');
    const words = params.get('text');
    const reason: SipReason = {
      protocol: value,
      ...(cause !== undefined && /^\d{1,3}$/.test(cause) ? { cause: Number(cause) } : {}),
      ...(words ? { text: words } : {}),
    };
    if (/^q\.850$/i.test(value)) return reason;
    found ??= reason;
  }
  return found;
}

function safeValues(message: SipMessage): readonly string[] {
  return message.values('reason').filter((text) => (text.match(/"/g)?.length ?? 0) % 2 === 0 && !text.includes('\\'));
}
