import { describe, expect, it } from 'vitest';
import { type Attendee, allHearEachOther, ConferenceRoom } from '../../conference-room.js';
import { SeveralNodes } from '../../several-nodes.js';
import { useWorld } from '../../world.js';
import { realSwitchSettings, secondSwitchSettings } from '../real-switch.js';

const first = realSwitchSettings();
const second = secondSwitchSettings();
const options = {
  name: 'freeswitch_conference_nodes',
  redisDatabase: 171,
  // What the tests are told of it, every process inherits.
  settings: { FREESWITCH_SIP: first.FREESWITCH_SIP! },
  settingsOf: (nodeId: string) => (nodeId === 'media-1' ? first : second),
};
const cluster = new SeveralNodes(options);
const on = useWorld(options, () => cluster.start());
const at = (node: 1 | 2) => cluster.sip(`media-${node}`);

async function hangUp(...attendees: readonly Attendee[]): Promise<void> {
  for (const { call } of attendees) await call.bye();
}

describe('a conference on FreeSWITCH', () => {
  it('lets three on one node hear each other; mute, hold, coach and play reach each, and each leaves with a result', async () => {
    await members(1, 1, 1);
  });

  it.each([
    ['the first of them', 1, 2, 2],
    ['the second', 2, 1, 1],
  ] as const)('does so where they are on two nodes, and %s mixes it', async (_which, ann, ben, cem) => {
    await members(ann, ben, cem);
  });

  it('hears the key by which somebody leaves, on the other node, too', async () => {
    const room = new ConferenceRoom(on.world);
    const ann = await room.enters('caller', {}, at(1));
    const ben = await room.enters('callee', { leaveOnKey: '5' }, at(2));
    await allHearEachOther(ann, ben);
    await ben.call.media.sendDigits('5');
    expect(await on.world.result(ben.action)).toMatchObject({ conferenceResult: 'left', name: room.name });
    await ben.call.media.hears('prompt');
    await hangUp(ben, ann);
  });
});

/** Three meet, each at its node: whoever comes first has the conference mixed at that. */
async function members(...nodes: readonly [1 | 2, 1 | 2, 1 | 2]): Promise<void> {
  const { world } = on;
  const room = new ConferenceRoom(world);
  const ann = await room.enters('caller', {}, at(nodes[0]));
  const ben = await room.enters('callee', {}, at(nodes[1]));
  const cem = await room.enters('agent', {}, at(nodes[2]));
  await allHearEachOther(ann, ben, cem);
  const { id } = await room.is(({ participants }) => participants === 3);
  const path = (callId: string) => `/v1/conferences/${id}/participants/${callId}`;
  const change = (who: Attendee, how: object) => world.api.patch(path(who.callId), how);

  await change(ben, { muted: true });
  await Promise.all([ann.call.media.hears('agent'), ben.call.media.hears('caller', 'agent')]);
  await change(ben, { muted: false, held: true });
  await Promise.all([ann.call.media.hears('agent'), cem.call.media.hears('caller')]);
  await change(ben, { held: false });
  await allHearEachOther(ann, ben, cem);
  await change(cem, { coaching: ben.callId });
  await Promise.all([ann.call.media.hears('callee'), ben.call.media.hears('caller', 'agent')]);
  await change(cem, { coaching: null });
  await allHearEachOther(ann, ben, cem);
  await change(ben, { play: { url: world.backend.url('/music.wav'), loop: 100 } });
  await ben.call.media.hears('music', 'caller', 'agent');

  await world.api.request('DELETE', path(cem.callId));
  expect(await world.result(cem.action)).toMatchObject({ conferenceResult: 'removed', conferenceId: id });
  await cem.call.media.hears('prompt');
  await hangUp(ben, ann, cem);
  const events = await room.events();
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
  expect(events.at(-1)!.type).toBe('conference.ended');
}
