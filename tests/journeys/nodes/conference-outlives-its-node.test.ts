import { describe, expect, it } from 'vitest';
import { allHearEachOther, ConferenceRoom } from '../conference-room.js';
import { SeveralNodes } from '../several-nodes.js';
import { heardWithoutGap, noPacketMissing, sinceNow } from '../without-gap.js';
import { useWorld } from '../world.js';

const options = { name: 'conference_outlives', redisDatabase: 176, nodes: 2, ownSound: true };
const nodes = new SeveralNodes(options);
const on = useWorld(options, () => nodes.start());

async function restart(): Promise<void> {
  await nodes.kill('media-1');
  await nodes.startAgain('media-1');
}

describe('a conference whose node is killed and comes back', () => {
  it('goes on without a gap, in the same room: two hear each other, one more joins, and its events tell nothing of it', async () => {
    const room = new ConferenceRoom(on.world);
    const ann = await room.enters('caller', {}, nodes.sip('media-1'));
    const ben = await room.enters('callee', {}, nodes.sip('media-1'));
    await allHearEachOther(ann, ben);
    const { id } = await room.is(({ participants }) => participants === 2);
    const marks = [sinceNow(ann.call), sinceNow(ben.call)] as const;
    await restart();
    for (const { callId } of [ann, ben]) await room.participant(callId, ({ status }) => status === 'connected');
    await Promise.all([ann.call.media.listen(1000), ben.call.media.listen(1000)]);
    heardWithoutGap(ann.call, marks[0], 'callee');
    heardWithoutGap(ben.call, marks[1], 'caller');

    const cem = await room.enters('agent', {}, nodes.sip('media-1'));
    await allHearEachOther(ann, ben, cem);
    expect((await room.is(({ participants }) => participants === 3)).id).toBe(id);
    for (const { call } of [ann, ben, cem]) await call.bye();
    const types = (await room.events()).map(({ type }) => type.replace('conference.', ''));
    expect(types.filter((type) => type === 'participant-joined')).toHaveLength(3);
    expect(types.filter((type) => type === 'participant-left')).toHaveLength(3);
    expect(await on.world.result(ann.action)).toMatchObject({ conferenceResult: 'left', conferenceId: id });
  });

  it('has calls of other nodes come again when the node that mixes it is back', async () => {
    const room = new ConferenceRoom(on.world);
    const ann = await room.enters('caller', {}, nodes.sip('media-1'));
    const ben = await room.enters('callee', {}, nodes.sip('media-2'));
    const cem = await room.enters('agent', {}, nodes.sip('media-1'));
    await allHearEachOther(ann, ben, cem);
    const { id } = await room.is(({ participants }) => participants === 3);
    const mark = sinceNow(ann.call);
    await restart();
    await ann.call.media.listen(500);
    noPacketMissing(ann.call, mark);
    await allHearEachOther(ann, ben, cem);
    expect((await room.is(({ participants }) => participants === 3)).id).toBe(id);
    for (const { call } of [ann, ben, cem]) await call.bye();
    await room.events();
  });

  it('keeps who is muted, held and coached, and lets who hung up meanwhile go', async () => {
    const room = new ConferenceRoom(on.world);
    const ann = await room.enters('caller', {}, nodes.sip('media-1'));
    const ben = await room.enters('callee', {}, nodes.sip('media-1'));
    const cem = await room.enters('agent', {}, nodes.sip('media-1'));
    const dan = await room.enters('supervisor', {}, nodes.sip('media-1'));
    await allHearEachOther(ann, ben, cem, dan);
    const { id } = await room.is(({ participants }) => participants === 4);
    const change = (callId: string, what: object) =>
      on.world.api.patch(`/v1/conferences/${id}/participants/${callId}`, what);
    await change(cem.callId, { muted: true });
    await change(dan.callId, { coaching: ben.callId });
    await Promise.all([ann.call.media.hears('callee'), ben.call.media.hears('caller', 'supervisor')]);
    const marks = [sinceNow(ann.call), sinceNow(ben.call)] as const;
    await nodes.kill('media-1');
    const gone = cem.call.bye();
    await nodes.startAgain('media-1');
    await gone;
    await room.participant(cem.callId, ({ status }) => status === 'left');
    await Promise.all([ann.call.media.listen(1000), ben.call.media.listen(1000)]);
    heardWithoutGap(ann.call, marks[0], 'callee');
    noPacketMissing(ben.call, marks[1]);
    await Promise.all([ann.call.media.hears('callee'), ben.call.media.hears('caller', 'supervisor')]);
    await change(dan.callId, { coaching: null });
    await allHearEachOther(ann, ben, dan);
    for (const { call } of [ann, ben, dan]) await call.bye();
    await room.events();
  });
});
