import type { DialRequest } from '../../port/call-engine.js';
import { crossingHeaders } from '../../port/crossing-headers.js';
import { outboundIdentity } from '../../sip/identity/outbound-identity.js';
import type { InviteOptions } from '../../sip/sip-command.js';
import type { DialBranch } from './dial-plan.js';
import { transferHeaders } from './transfer-headers.js';

/** The INVITE of a dial, to one of the places where it is tried. `host` is ours, as that place knows it. */
export function dialInvite(
  request: DialRequest,
  { target, uri, routes }: DialBranch,
  { host, sdp, maxForwards }: { readonly host: string; readonly sdp: string; readonly maxForwards: number | undefined },
): InviteOptions {
  const { headers = {} } = request;
  const sip = request.target.kind === 'sip' ? request.target : undefined;
  const identity = outboundIdentity(request, { host, uri });
  return {
    target,
    uri,
    ...identity,
    sdp,
    headers: [...Object.entries(crossingHeaders(headers)), ...identity.headers, ...transferHeaders(request)],
    ...(maxForwards === undefined ? {} : { maxForwards }),
    ...(sip?.credentials ? { credentials: sip.credentials } : {}),
    ...(sip?.proxies?.length ? { offersOverloadControl: true } : {}),
    ...(routes ? { routes } : {}),
    ...(sip?.reliableProvisionals === 'off' ? { reliableProvisionals: false } : {}),
  };
}
