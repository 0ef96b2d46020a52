import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { splitCommas } from '@hookswitch/media/sip/parse/header-values';
import { parseVia } from '@hookswitch/media/sip/parse/via';

/** Where a stateless edge listens. */
export interface StatelessEdge {
  readonly host: string;
  readonly port: number;
  readonly transport: 'udp';
  close(): Promise<void>;
}

const viaLine = /^Via:[ \t]*(.*)\r\n/im;

/** A proxy on UDP that hands requests on to one node, and says in the Via below its own where each came from (RFC 3261 16.11, 18.2.1; RFC 3581 4). Later requests of a call need not pass it. */
export async function statelessEdge(
  host: string,
  node: { readonly address: string; readonly port: number },
): Promise<StatelessEdge> {
  const socket = createSocket('udp4');
  socket.bind(0, host);
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.on('message', (bytes, from) => {
    const text = bytes.toString('latin1');
    const [first = ''] = splitCommas(viaLine.exec(text)?.[1] ?? '');
    if (!text.startsWith('SIP/2.0')) {
      const branch = createHash('sha1').update(first).digest('hex').slice(0, 16);
      const ours = `Via: SIP/2.0/UDP ${host}:${port};branch=z9hG4bKedge${branch}\r\n`;
      const theirs = `Via: ${first.replace(/;rport(?![=\w])/, '')};received=${from.address};rport=${from.port}\r\n`;
      socket.send(Buffer.from(text.replace(viaLine, ours + theirs), 'latin1'), node.port, node.address);
      return;
    }
    const below = text.replace(viaLine, '');
    const { params } = parseVia(splitCommas(viaLine.exec(below)?.[1] ?? '')[0] ?? '');
    socket.send(Buffer.from(below, 'latin1'), Number(params.get('rport')), params.get('received'));
  });
  const close = async () => {
    socket.close();
    await once(socket, 'close');
  };
  return { host, port, transport: 'udp', close };
}
