import { describe, expect, it } from 'vitest';
import { BadDay } from '../bad-day.js';
import { type Attendee, allHearEachOther, ConferenceRoom } from '../conference-room.js';
import { SeveralNodes } from '../several-nodes.js';
import { useWorld } from '../world.js';

const options = { name: 'conference_nodes', redisDatabase: 121, nodes: 3 } as const;
const cluster = new SeveralNodes(options);
const on = useWorld(options, () => cluster.start());

const at = (node: number) => cluster.sip(`media-${node}`);

/** Resolves once these nodes have no call, no leg between nodes, no conference and no port open. */
async function idle(...nodeIds: readonly string[]): Promise<void> {
  for (const nodeId of nodeIds) {
    await on.world.eventually(`${nodeId} to be idle`, async () => {
      const metrics = await (await fetch(`${cluster.node(nodeId).probesUrl}/metrics`)).text();
      const open = [...metrics.matchAll(/^hookswitch_engine_open\{kind="(\w+)"\} (\d+)/gm)];
      const kinds = ['calls', 'dialogs', 'mediaPorts', 'recordings', 'conferences'];
      const counts = kinds.map((kind) => open.find(([, each]) => each === kind)?.[2]);
      return counts.every((count) => count === '0') ? true : undefined;
    });
  }
}

async function hangUp(...attendees: readonly Attendee[]): Promise<void> {
  for (const { call } of attendees) await call.bye();
}

/** Ann's node mixes, for she came first; Ben and Cem are on the others. */
async function threeMeet() {
  const room = new ConferenceRoom(on.world);
  const ann = await room.enters('caller', {}, at(1));
  const ben = await room.enters('callee', {}, at(2));
  const cem = await room.enters('agent', {}, at(3));
  await allHearEachOther(ann, ben, cem);
  return { room, ann, ben, cem };
}

describe('a conference whose calls are on several nodes', () => {
  it('lets all hear each other; mute, hold, coach and play reach each wherever it is, and when all have left nothing is left', async () => {
    const { world } = on;
    const room = new ConferenceRoom(world);
    const ann = await room.enters('caller', {}, at(1));
    const ben = await room.enters('callee', {}, at(2));
    const cem = await room.enters('agent', {}, at(3));
    await allHearEachOther(ann, ben, cem);
    const { id } = await room.is(({ participants }) => participants === 3);
    const path = (callId: string) => `/v1/conferences/${id}/participants/${callId}`;

    await world.api.patch(path(ben.callId), { muted: true });
    await Promise.all([ann.call.media.hears('agent'), ben.call.media.hears('caller', 'agent')]);
    await world.api.patch(path(ben.callId), { muted: false, held: true });
    await Promise.all([ann.call.media.hears('agent'), cem.call.media.hears('caller')]);
    await world.api.patch(path(ben.callId), { held: false });
    await allHearEachOther(ann, ben, cem);
    await world.api.patch(path(cem.callId), { coaching: ben.callId });
    await Promise.all([ann.call.media.hears('callee'), ben.call.media.hears('caller', 'agent')]);
    await world.api.patch(path(cem.callId), { coaching: null });
    await allHearEachOther(ann, ben, cem);

    const play = { url: world.backend.url('/music.wav'), loop: 100 };
    await world.api.patch(path(ben.callId), { play });
    await ben.call.media.hears('music', 'caller', 'agent');
    expect(await ann.call.media.listen(300)).not.toContain('music');

    await world.api.request('DELETE', path(cem.callId));
    expect(await world.result(cem.action)).toMatchObject({ conferenceResult: 'removed', conferenceId: id });
    await cem.call.media.hears('prompt');
    await ann.call.media.hears('callee');
    await hangUp(ben, ann, cem);
    const events = await room.events();
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
    expect(events.at(-1)!.type).toBe('conference.ended');
    await idle('media-1', 'media-2', 'media-3');
  });

  it('is one, also where all nodes are asked for it at the same moment', async () => {
    const room = new ConferenceRoom(on.world);
    const all = await Promise.all([
      room.enters('caller', {}, at(1)),
      room.enters('callee', {}, at(2)),
      room.enters('agent', {}, at(3)),
    ]);
    await allHearEachOther(...all);
    const { items } = await on.world.api.get<{ items: unknown[] }>(
      `/v1/conferences?name=${encodeURIComponent(room.name)}`,
    );
    expect(items).toHaveLength(1);
    await hangUp(...all);
    await idle('media-1', 'media-2', 'media-3');
  });

  it('goes on while the node that mixes it is drained, and takes calls of others in', async () => {
    const room = new ConferenceRoom(on.world);
    const ann = await room.enters('caller', {}, at(1));
    const ben = await room.enters('callee', {}, at(2));
    await allHearEachOther(ann, ben);
    await cluster.drain('media-1');
    const cem = await room.enters('agent', {}, at(3));
    await allHearEachOther(ann, ben, cem);
    await cluster.undrain('media-1');
    await hangUp(ann, ben, cem);
    await idle('media-1', 'media-2', 'media-3');
  });

  it('the node that mixes it is stopped, once its own calls have left: the others go on at another', async () => {
    const { room, ann, ben, cem } = await threeMeet();
    const { id } = await room.is(({ participants }) => participants === 3);
    await ann.call.bye();
    await cluster.node('media-1').stop();
    await allHearEachOther(ben, cem);
    await cluster.startAgain('media-1');
    const dan = await room.enters('supervisor', {}, at(1));
    await allHearEachOther(ben, cem, dan);
    expect((await room.is(({ participants }) => participants === 3)).id).toBe(id);
    await hangUp(ben, cem, dan);
    expect((await room.events()).filter(({ type }) => type === 'conference.participant-joined')).toHaveLength(4);
    await idle('media-1', 'media-2', 'media-3');
  });

  it('the node that mixes it is killed: its own call ends once, the others hear each other again in the same conference', async () => {
    const { world } = on;
    const day = await BadDay.begin(world, { callsLoseTheirProcess: true });
    const room = new ConferenceRoom(world);
    const ann = await room.enters('caller', {}, at(1));
    const ben = await room.enters('callee', {}, at(2));
    const cem = await room.enters('agent', {}, at(3));
    await allHearEachOther(ann, ben, cem);
    const { id } = await room.is(({ participants }) => participants === 3);
    await world.api.patch(`/v1/conferences/${id}/participants/${cem.callId}`, { muted: true });
    await cluster.kill('media-1');
    await cem.call.media.hears('callee');
    const path = `/v1/conferences/${id}/participants/${cem.callId}`;
    // What was said of it before counts still.
    await room.participant(cem.callId, ({ status, muted }) => status === 'connected' && muted);
    await world.api.patch(path, { muted: false });
    await allHearEachOther(ben, cem);
    expect(await world.cdr(ann.callId)).toMatchObject({ termination: { reason: 'owner-lost' } });
    expect(await room.participant(ann.callId, ({ status }) => status === 'left')).toMatchObject({
      leftBecause: 'lost',
    });

    await cluster.startAgain('media-1');
    const dan = await room.enters('supervisor', {}, at(1));
    await allHearEachOther(ben, cem, dan);
    await hangUp(ben, cem, dan);
    const events = await room.events();
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
    expect(events.filter(({ type }) => type === 'conference.ended')).toHaveLength(1);
    const joined = events.filter(({ type }) => type === 'conference.participant-joined');
    expect(joined).toHaveLength(4);
    await idle('media-1', 'media-2', 'media-3');
    await day.over();
  });

  it('a node is killed whose calls are in it: they are out, the others go on', async () => {
    const { room, ann, ben, cem } = await threeMeet();
    await cluster.kill('media-2');
    await allHearEachOther(ann, cem);
    await room.participant(ben.callId, ({ status, leftBecause }) => status === 'left' && leftBecause === 'lost');
    await cluster.startAgain('media-2');
    await hangUp(ann, cem);
    await room.events();
    await idle('media-1', 'media-3');
  });

  it('the node is killed that has all of its calls: it is over, and its name begins a new one', async () => {
    const room = new ConferenceRoom(on.world);
    const [ann, ben] = [await room.enters('caller', {}, at(2)), await room.enters('callee', {}, at(2))];
    await allHearEachOther(ann, ben);
    await cluster.kill('media-2');
    expect(await room.is(({ status }) => status === 'completed')).toMatchObject({ endedBecause: 'nodeLost' });
    await cluster.startAgain('media-2');
    const [cem, dan] = [await room.enters('agent', {}, at(1)), await room.enters('supervisor', {}, at(2))];
    await allHearEachOther(cem, dan);
    await hangUp(cem, dan);
    await idle('media-1', 'media-2', 'media-3');
  });
});
