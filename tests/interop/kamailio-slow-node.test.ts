import { createSocket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { KamailioEdge } from '../peers/kamailio-edge.js';
import { Caller } from '../peers/sip-probes/caller.js';
import { headerOf, headersOf, readSip, type SipText, writeSip } from '../peers/tone-phone/sip-text.js';

function answerTo(request: SipText, status: number): string {
  const same = ['From', 'To', 'Call-ID', 'CSeq'].map((name) => [name, headerOf(request, name)] as const);
  const vias = headersOf(request, 'Via').map((via) => ['Via', via] as const);
  return writeSip({ status, reason: 'Answer', headers: [...vias, ...same, ['Server', 'slow']], body: '' });
}

it('the last node that stands is waited for, and stays one, though it says nothing for longer than a dead one is given', async () => {
  const edge = await KamailioEdge.start();
  const node = createSocket('udp4');
  await new Promise<void>((resolve) => node.bind(0, '127.0.0.1', resolve));
  const seen = new Set<string>();
  node.on('message', async (bytes, { port, address }) => {
    const request = readSip(bytes.toString());
    if (!request?.method || request.method === 'ACK') return;
    if (request.method === 'INVITE') {
      const callId = headerOf(request, 'Call-ID');
      if (seen.has(callId)) return;
      seen.add(callId);
      await sleep(3_000);
    }
    node.send(answerTo(request, request.method === 'INVITE' ? 486 : 200), port, address);
  });
  await edge.configure([`sip:127.0.0.1:${node.address().port};transport=udp`]);
  for (let n = 0; n < 2; n += 1) {
    expect(await Caller.call('127.0.0.91', edge.port)).toEqual({ status: 486, server: 'slow' });
  }
  node.close();
  await edge.stop();
});
