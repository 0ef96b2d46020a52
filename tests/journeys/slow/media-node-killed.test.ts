import { describe, expect, it } from 'vitest';
import { BadDay } from '../bad-day.js';
import { type ContactView, type Customer, useCentre } from '../contact-centre/centre.js';
import { SeveralNodes } from '../several-nodes.js';
import type { CdrView } from '../world.js';

const options = { name: 'node_killed', redisDatabase: 103, nodes: 2 } as const;
const cluster = new SeveralNodes(options);
const on = useCentre(options, () => cluster.start());

/** The promise of the product: calls of a dead node are closed by then, milliseconds. */
const takeoverMs = 30_000;

async function endOf({ contactId }: Customer): Promise<ContactView> {
  const { world } = on.centre;
  const { data } = await world.event(
    'contact.completed',
    (event) => (event.data.contact as ContactView).id === contactId,
  );
  return data.contact as ContactView;
}

describe('a media node that is killed', () => {
  it('ends its calls in talk, in a queue and in a script once, within 30 s; a living node’s callers and agents lose nothing', {
    timeout: 240_000,
  }, async () => {
    const { centre } = on;
    const { world } = centre;
    const day = await BadDay.begin(world, { callsLoseTheirProcess: true });
    await centre.settings({ afterCallWorkSeconds: 0 });
    const group = await centre.group();
    const line = await centre.line(group);
    const agent = await centre.agent([group], { server: cluster.sip('media-1') });
    const at = (nodeId: string) => cluster.sip(nodeId);
    const talking = await centre.call(line, undefined, at('media-1'));
    const seat = await agent.answers();
    await Promise.all([talking.call.media.hears('agent'), seat.media.hears('caller')]);
    const waitsThere = await centre.waits(line, undefined, at('media-1'));
    const waitsHere = await centre.waits(line, undefined, at('media-2'));
    const music = await world.line([{ verb: 'play', url: '/music.wav', loop: 0 }]);
    const inScript = await (await world.phone({ server: at('media-1') })).dial(music.number);
    await inScript.media.hears('music');
    const listens = await (await world.phone({ server: at('media-2') })).dial(music.number);
    await listens.media.hears('music');
    const scriptCall = await world.callId(music.path, 1);
    const livingCall = await world.callId(music.path, 2);
    await cluster.is('media-1', ({ calls }) => calls === 4);

    await cluster.kill('media-1');
    const killedAt = Date.now();
    // Who waits on the living node goes on waiting, and is served by the agent who is freed. Its phone registered at the dead node.
    const next = await agent.answers();
    await Promise.all([waitsHere.call.media.hears('agent'), next.media.hears('caller')]);
    for (const lost of [talking, waitsThere]) {
      expect(await endOf(lost)).toMatchObject({ endCode: 'error', endedBy: 'system' });
    }
    expect((await world.cdr(scriptCall)).termination).toMatchObject({ by: 'system', reason: 'owner-lost' });
    expect(Date.now() - killedAt).toBeLessThan(takeoverMs);
    await listens.media.hears('music');
    await listens.bye();
    expect((await world.cdr(livingCall)).termination.by).toBe('remote');

    await waitsHere.call.bye();
    await next.ended;
    await agent.is('free');
    expect(await endOf(waitsHere)).toMatchObject({ endedBy: 'customer' });
    const lostCalls = await world.eventually('every lost call to have its CDR', async () => {
      const lost = (world.sink.events as unknown as { type: string; data: CdrView }[])
        .filter(({ type }) => type === 'cdr.created')
        .filter(({ data }) => data.termination.reason === 'owner-lost')
        .map(({ data }) => data.callId);
      return lost.length >= 4 ? lost : undefined;
    });
    expect(new Set(lostCalls).size).toBe(4);
    expect(lostCalls).toHaveLength(4);

    await cluster.startAgain('media-1');
    const again = await centre.call(line, undefined, at('media-1'));
    const last = await agent.answers();
    await Promise.all([again.call.media.hears('agent'), last.media.hears('caller')]);
    await again.call.bye();
    await last.ended;
    for (const nodeId of cluster.ids) await cluster.is(nodeId, ({ calls }) => calls === 0);
    await day.over();
  });
});
