import { type Flow, isReliable, type SipTarget, targetOfFlow } from '../flow.js';
import { defaultPort } from '../locate/locate-servers.js';
import type { SipRequest } from '../parse/message.js';

/**
 * Where answers go and what their Via says (RFC 3261 18.2, RFC 3581 4): back to the source address, to the source port where the sender asked
 * for it (`rport`), else to the port in its Via; over a stream, back on the connection, and where that is gone, on a new one to the port in the Via (18.2.2,
 * RFC 3263 5): the source port was that connection's own.
 */
export function responseRoute(request: SipRequest, flow: Flow): { target: SipTarget; vias: readonly string[] } {
  const { via } = request;
  let text = via.text;
  const rport = via.params.has('rport');
  if (rport || via.host !== flow.remoteAddress) text = setParam(text, 'received', flow.remoteAddress);
  if (rport) text = setParam(text, 'rport', String(flow.remotePort));
  const back = targetOfFlow(flow);
  const sentBy = via.port ?? defaultPort(flow.transport);
  const target: SipTarget = rport && !isReliable(flow.transport) ? back : { ...back, port: sentBy };
  return { target, vias: [text, ...request.values('via').slice(1)] };
}

/** Sets a Via parameter, replacing what a forger put there. */
function setParam(via: string, name: string, value: string): string {
  const pattern = name === 'rport' ? /;\s*rport(?:\s*=[^;]*)?/i : /;\s*received(?:\s*=[^;]*)?/i;
  const param = `;${name}=${value}`;
  return pattern.test(via) ? via.replace(pattern, param) : via + param;
}
