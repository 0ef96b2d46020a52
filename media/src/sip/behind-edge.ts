import { isIP } from 'node:net';
import type { Flow, Sender, Transport } from './flow.js';
import type { SipRequest } from './parse/message.js';
import type { Via } from './parse/via.js';
import { SipSyntaxError } from './sip-errors.js';

/**
 * The flow of a request that a proxy of ours handed on, with who sent it to the proxy: what the proxy wrote in the Via below its own (`received`,
 * `rport`: RFC 3261 18.2.1, RFC 3581 4). The same flow where the proxy sent the request itself (it pings). Undefined where it cannot be told: a sender may
 * have written these parameters before the proxy did, and a proxy that finds two of a kind replaces one. Whether the packet came from a proxy of ours is for
 * the caller to know.
 */
export function behindEdge(request: SipRequest, flow: Flow): Flow | undefined {
  try {
    const [, below] = request.vias;
    if (!below) return flow;
    const sender = isAmbiguous(below) ? undefined : senderOfVia(below);
    return sender && { ...flow, sender };
  } catch (error) {
    if (error instanceof SipSyntaxError) return undefined;
    throw error;
  }
}

function isAmbiguous({ text }: Via): boolean {
  return [/received/gi, /rport/gi].some((name) => (text.match(name)?.length ?? 0) > 1);
}

function senderOfVia(via: Via): Sender | undefined {
  const transport = transports[via.transport];
  const address = (via.params.get('received') ?? via.host).replace(/^\[|\]$/g, '');
  if (transport === undefined || isIP(address) === 0) return undefined;
  const rport = Number(via.params.get('rport') || Number.NaN);
  const known = Number.isInteger(rport) && rport > 0 && rport < 65_536;
  return { transport, address, port: known ? rport : (via.port ?? (transport === 'tls' ? 5061 : 5060)) };
}

/** What each name in a Via says of how the proxy was reached. */
const transports: Readonly<Record<string, Transport>> = { UDP: 'udp', TCP: 'tcp', TLS: 'tls', WS: 'ws', WSS: 'wss' };
