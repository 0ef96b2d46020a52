import type { DialRequest } from '../../port/call-engine.js';
import type { Headers } from '../../port/live-call.js';

/** What a far end sees of who calls, as an INVITE would say it: header names in lower case. */
export function fakeIdentity({ target, from, hidden = false, diversions = [] }: DialRequest): {
  from: string;
  headers: Headers;
} {
  const sip = target.kind === 'sip' ? target : undefined;
  const told = sip?.diversionForm ?? 'none';
  const diverted = diversions.map(
    ({ user, reason, times }) => `<sip:${user}@fake.invalid>;reason=${reason};counter=${times}`,
  );
  return {
    from: hidden ? 'anonymous' : from,
    headers: {
      ...(sip?.assertIdentity && from !== 'anonymous' ? { 'p-asserted-identity': `<sip:${from}@fake.invalid>` } : {}),
      ...(hidden ? { privacy: 'id' } : {}),
      ...(told === 'diversion' && diverted.length > 0 ? { diversion: diverted.join(', ') } : {}),
      ...(told === 'history-info' && diverted.length > 0
        ? { 'history-info': diversions.map(({ user }) => `<sip:${user}@fake.invalid>;index=1`).join(', ') }
        : {}),
    },
  };
}
