import { isIP } from 'node:net';
import type { Flow, Sender, Transport } from './flow.js';
import type { SipRequest } from './parse/message.js';
import type { Via } from './parse/via.js';
import { SipSyntaxError } from './sip-errors.js';

/**
 * The flow of a request that a proxy of ours handed on, with who sent it to the proxy: what the proxy wrote in the Via below its own (`received`,
 * `rport`: RFC 3261 18.2.1, RFC 3581 4). The same flow where the proxy sent the request itself (it pings). Whether the packet came from a proxy of ours
 * is for the caller to know; that the proxy writes the truth, and refuses who wrote such parameters before it, is the proxy's configuration.
 */
export function behindEdge(request: SipRequest, flow: Flow): Flow {
  const sender = senderIn(request);
  return sender ? { ...flow, sender } : flow;
}

function senderIn(request: SipRequest): Sender | undefined {
  try {
    const [, below] = request.vias;
    return below && senderOfVia(below);
  } catch (error) {
    if (error instanceof SipSyntaxError) return undefined;
    throw error;
  }
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
