import { describe, it } from 'vitest';
import { allHearEachOther, ConferenceRoom } from '../conference-room.js';
import { SeveralNodes } from '../several-nodes.js';
import { useWorld } from '../world.js';

/** Silence tells nobody of anything here: who comes again was told to. */
const settings = { MEDIA_LOSS_SECONDS: '300' };
const options = { name: 'conference_again', redisDatabase: 220, nodes: 2, ownSound: true, settings };
const nodes = new SeveralNodes(options);
const on = useWorld(options, () => nodes.start());

async function restart(): Promise<void> {
  await nodes.kill('media-1');
  await nodes.startAgain('media-1');
}

describe('a conference whose node is killed and comes back', () => {
  it('calls members of another node again at once, to those who never missed a packet', async () => {
    const room = new ConferenceRoom(on.world);
    const ann = await room.enters('caller', {}, nodes.sip('media-1'));
    const ben = await room.enters('callee', {}, nodes.sip('media-2'));
    await allHearEachOther(ann, ben);
    const { id } = await room.is(({ participants }) => participants === 2);
    await restart();
    await allHearEachOther(ann, ben);
    await room.is((conference) => conference.id === id && conference.participants === 2);
    for (const { call } of [ann, ben]) await call.bye();
    await room.events();
  });

  it('calls them again also where all of them are on other nodes', async () => {
    const room = new ConferenceRoom(on.world);
    const ann = await room.enters('caller', {}, nodes.sip('media-1'));
    const ben = await room.enters('callee', {}, nodes.sip('media-2'));
    const cem = await room.enters('agent', {}, nodes.sip('media-2'));
    await allHearEachOther(ann, ben, cem);
    const { id } = await room.is(({ participants }) => participants === 3);
    await ann.call.bye();
    await allHearEachOther(ben, cem);
    await restart();
    await ben.call.media.hears('agent');
    await allHearEachOther(ben, cem);
    await room.is((conference) => conference.id === id && conference.participants === 2);
    for (const { call } of [ben, cem]) await call.bye();
    await room.events();
  });
});
