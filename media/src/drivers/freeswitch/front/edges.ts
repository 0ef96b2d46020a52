import { behindEdge } from '../../../sip/behind-edge.js';
import type { Flow, Transport } from '../../../sip/flow.js';
import type { SipRequest } from '../../../sip/parse/message.js';

/** A proxy of ours at the edge. */
export interface Edge {
  readonly host: string;
  readonly port: number;
  readonly transport: Transport;
}

/** The flow of a request with who sent it to the edge, where it comes from there; undefined where that cannot be told. */
export function revealed(request: SipRequest, flow: Flow, edges: readonly Edge[]): Flow | undefined {
  return edges.some((edge) => isFrom(edge, flow)) ? behindEdge(request, flow) : flow;
}

/** Over UDP its port counts, too; that of a connection says nothing. */
function isFrom({ host, port }: Edge, { transport, remoteAddress, remotePort }: Flow): boolean {
  return host === remoteAddress && (transport !== 'udp' || port === remotePort);
}
