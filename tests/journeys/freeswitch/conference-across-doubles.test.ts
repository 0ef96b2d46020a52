import { describe, expect, it } from 'vitest';
import type { FarEnd } from '../../contracts/call-engine-worlds/call-world.js';
import { ConferenceRoom } from '../conference-room.js';
import { useTwoDoubles } from './double-world.js';

const { on, cluster, doubles, when } = await useTwoDoubles({
  name: 'freeswitch_two_doubles',
  redisDatabase: 226,
  // Members who come again after a restart hear sounds above the others (uuid_displace), which no transcript shows; nor is anything played to members here.
  settings: { CALLS_SURVIVE_RESTART: 'no' },
});

/** Somebody in a conference: a phone with a tone of its own. */
interface Member {
  readonly far: FarEnd;
  readonly hertz: number;
  readonly callId: string;
  readonly action: string;
}

const tones = [700, 1100, 1900];

/** Somebody calls a line whose script joins the conference, at the FreeSWITCH of that node. */
async function enters(name: string, node: 1 | 2, hertz: number, verb: object = {}): Promise<Member> {
  const { world } = on;
  const action = world.script([{ verb: 'hangup' }], 'after');
  const line = await world.line([{ verb: 'conference', name, beep: 'none', action, ...verb }]);
  const far = doubles[node - 1]!.placeCall({ from: '+442071838750', to: line.number, as: 'trunk' });
  far.speak(hertz);
  return { far, hertz, callId: await world.callId(line.path), action };
}

/** Whether somebody hears exactly these. */
const hears = ({ far }: Member, ...others: readonly Member[]) =>
  tones.every((hertz) => far.hears(hertz) === others.some((other) => other.hertz === hertz));

const allHearEachOther = (...members: readonly Member[]) =>
  members.every((one) => hears(one, ...members.filter((other) => other !== one)));

/** Resolves once no double has a channel left, and none met anything that no transcript shows. */
async function nothingIsLeft(): Promise<void> {
  await when('nothing is left', () => doubles.every(({ channels }) => channels === 0));
  expect(doubles.flatMap(({ failures }) => failures)).toEqual([]);
}

describe('a conference whose members stand on two FreeSWITCHes (protocol doubles)', () => {
  it.each([
    ['one is on the node that mixes, two come from the other', 1, 2, 2],
    ['one comes from the other node, two are on the one that mixes', 2, 1, 2],
  ] as const)('lets all hear each other, mutes and holds them, and each leaves with a result: %s', async (...where) => {
    const { world } = on;
    const [which, ...nodes] = where;
    const room = new ConferenceRoom(world, which);
    const [ann, ben, cem] = [
      await enters(which, nodes[0], tones[0]!),
      await enters(which, nodes[1], tones[1]!),
      await enters(which, nodes[2], tones[2]!),
    ];
    await when('all hear each other', () => allHearEachOther(ann, ben, cem));
    const { id } = await room.is(({ participants }) => participants === 3);
    const change = (who: Member, how: object) =>
      world.api.patch(`/v1/conferences/${id}/participants/${who.callId}`, how);
    await change(ben, { muted: true });
    await when(
      'who is muted hears, and is not heard',
      () => hears(ben, ann, cem) && hears(ann, cem) && hears(cem, ann),
    );
    await change(ben, { muted: false, held: true });
    await when('who is held neither hears nor is heard', () => hears(ben) && hears(ann, cem) && hears(cem, ann));
    await change(ben, { held: false });
    await when('all hear each other again', () => allHearEachOther(ann, ben, cem));
    cem.far.hangUp();
    await when('two are left', () => allHearEachOther(ann, ben));
    await world.api.request('DELETE', `/v1/conferences/${id}/participants/${ben.callId}`);
    expect(await world.result(ben.action)).toMatchObject({ conferenceResult: 'removed', conferenceId: id });
    ann.far.hangUp();
    const events = await room.events();
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
    expect(events.at(-1)!.type).toBe('conference.ended');
    await nothingIsLeft();
  });

  it('goes on at the other node when the one that mixes is killed, and takes calls of that one in once it is back', async () => {
    const room = new ConferenceRoom(on.world, 'outlives its node');
    const ann = await enters(room.name, 1, tones[0]!);
    const ben = await enters(room.name, 2, tones[1]!);
    const cem = await enters(room.name, 2, tones[2]!);
    await when('all hear each other', () => allHearEachOther(ann, ben, cem));
    await cluster.kill('media-1');
    await when('two are left', () => allHearEachOther(ben, cem));
    await cluster.startAgain('media-1');
    await when('whom the dead node had is let go', () => ann.far.ended);
    const dan = await enters(room.name, 1, tones[0]!);
    await when('one comes from the node that is back', () => allHearEachOther(ben, cem, dan));
    for (const { far } of [ben, cem, dan]) far.hangUp();
    await room.events();
    await nothingIsLeft();
  });

  it('hears the key by which somebody of the other node leaves', async () => {
    const room = new ConferenceRoom(on.world, 'left by a key');
    const ann = await enters(room.name, 1, tones[0]!);
    const ben = await enters(room.name, 2, tones[1]!, { leaveOnKey: '5' });
    await when('both hear each other', () => allHearEachOther(ann, ben));
    ben.far.press('5');
    expect(await on.world.result(ben.action)).toMatchObject({ conferenceResult: 'left', name: room.name });
    ann.far.hangUp();
    await room.events();
    await nothingIsLeft();
  });
});
