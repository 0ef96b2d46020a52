import type { SipRequest } from '../../../sip/parse/message.js';

/** Whether an UPDATE (RFC 3311) says that its sender holds (RFC 3264 8.4); undefined where it has no description. */
export function heldByUpdate(request: SipRequest): boolean | undefined {
  const { sdp } = request;
  if (sdp === undefined) return undefined;
  return /^a=(sendonly|inactive)\s*$/m.test(sdp) || /^c=IN IP4 0\.0\.0\.0\s*$/m.test(sdp);
}
