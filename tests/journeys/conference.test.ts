import { describe, expect, it } from 'vitest';
import type { Party } from '../ear/parties.js';
import type { ToneCall } from '../peers/tone-phone/tone-call.js';
import { type Line, useWorld } from './world.js';

const on = useWorld({ name: 'conference', redisDatabase: 120 });

interface ConferenceView {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly participants: number;
  readonly endedBecause: string | null;
}

let count = 0;
const newName = () => `meeting ${++count}`;

/** Somebody in a conference: a phone with a tone of its own. */
interface Attendee {
  readonly call: ToneCall;
  readonly line: Line;
  readonly action: string;
  readonly callId: string;
}

/** A phone calls a line whose script joins the conference. */
async function attend(party: Party, name: string, verb: Readonly<Record<string, unknown>> = {}): Promise<Attendee> {
  const action = on.world.script([{ verb: 'hangup' }], 'after');
  const line = await on.world.line([{ verb: 'conference', name, action, ...verb }]);
  const phone = await on.world.phone({ party });
  const call = await phone.dial(line.number);
  return { call, line, action, callId: await on.world.callId(line.path) };
}

const live = async (name: string): Promise<ConferenceView> =>
  on.world.eventually(`the conference ${name}`, async () => {
    const query = new URLSearchParams({ name, status: 'in-progress' });
    return (await on.world.api.get<{ items: ConferenceView[] }>(`/v1/conferences?${query}`)).items[0];
  });

describe('a conference', () => {
  it('lets three hear each other, and tells each what came of it', async () => {
    const name = newName();
    const [ann, ben, cem] = await Promise.all([attend('caller', name), attend('callee', name), attend('agent', name)]);
    await ann.call.media.hears('callee', 'agent');
    await ben.call.media.hears('caller', 'agent');
    await cem.call.media.hears('caller', 'callee');
    const { id } = await live(name);
    await cem.call.bye();
    await ann.call.media.hears('callee');
    await ben.call.bye();
    await ann.call.bye();
    expect(await on.world.result(ann.action)).toMatchObject({ conferenceResult: 'left', conferenceId: id, name });
    await on.world.event('conference.ended', ({ data }) => (data.conference as ConferenceView).id === id);
  });
});
