import { describe, expect, it } from 'vitest';
import { randomWord, TonePhone } from '../../peers/tone-phone/tone-phone.js';
import { BadDay } from '../bad-day.js';
import { SeveralNodes } from '../several-nodes.js';
import { useWorld } from '../world.js';

const options = { name: 'half_open', redisDatabase: 107, nodes: 2 } as const;
const cluster = new SeveralNodes(options);
const on = useWorld(options, () => cluster.start());

/** INVITEs that one stranger sends to each node, and never says another word of. */
const invitesOfEach = 300;
const strangers = ['127.0.0.31', '127.0.0.32', '127.0.0.33'];

/** What is open in that node's engine. */
async function gauges(nodeId: string): Promise<Record<string, number>> {
  const metrics = await (await fetch(`${cluster.node(nodeId).probesUrl}/metrics`)).text();
  return Object.fromEntries(
    [...metrics.matchAll(/^hookswitch_engine_open\{kind="(\w+)"\} (\d+)/gm)].map(([, kind, value]) => [
      kind,
      Number(value),
    ]),
  );
}

describe('strangers who open calls on every node and leave them half open', () => {
  it('keep no customer of a trunk from calling, and leave nothing behind', async () => {
    const { world } = on;
    const day = await BadDay.begin(world);
    const line = await world.line([{ verb: 'play', url: '/music.wav', loop: 0 }]);
    const phones: TonePhone[] = [];
    for (const nodeId of cluster.ids) {
      for (const host of strangers)
        phones.push(await TonePhone.open({ user: 'stranger', host, server: cluster.sip(nodeId) }));
    }
    const flood = async () => {
      for (let count = 0; count < invitesOfEach; count += 1) {
        for (const phone of phones) phone.sendRaw(invite(phone, line.number));
        // What a socket takes in a moment is not without end.
        if (count % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
    const flooding = flood();
    const customers = [];
    for (const nodeId of [...cluster.ids, ...cluster.ids]) {
      const call = await (await world.phone({ server: cluster.sip(nodeId) })).dial(line.number);
      await call.media.hears('music');
      customers.push(call);
    }
    await flooding;
    for (const call of customers) await call.bye();
    const refused = await Promise.all(
      cluster.ids.map(async (nodeId) => (await fetch(`${cluster.node(nodeId).probesUrl}/metrics`)).text()),
    );
    for (const metrics of refused)
      expect(metrics).toMatch(/^hookswitch_sip_refused_total\{reason="source-rate"\} [1-9]/m);
    for (const nodeId of cluster.ids) {
      await world.eventually(
        `nothing to be open at ${nodeId}`,
        async () => (Object.values(await gauges(nodeId)).every((value) => value === 0) ? true : undefined),
        60_000,
      );
      await cluster.is(nodeId, ({ calls }) => calls === 0);
    }
    for (const phone of phones) phone.close();
    await day.over();
  });
});

function invite(phone: TonePhone, number: string): string {
  const { host, port } = phone.options.server;
  const sdp = `v=0\r\no=- 1 1 IN IP4 ${phone.address.host}\r\ns=-\r\nc=IN IP4 ${phone.address.host}\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n`;
  return [
    `INVITE sip:${number}@${host}:${port} SIP/2.0`,
    `Via: ${phone.via()}`,
    'Max-Forwards: 70',
    `From: <sip:stranger@${phone.address.host}>;tag=${randomWord()}`,
    `To: <sip:${number}@${host}>`,
    `Call-ID: ${randomWord()}${randomWord()}`,
    'CSeq: 1 INVITE',
    `Contact: ${phone.contact}`,
    'Content-Type: application/sdp',
    `Content-Length: ${sdp.length}`,
    '',
    sdp,
  ].join('\r\n');
}
