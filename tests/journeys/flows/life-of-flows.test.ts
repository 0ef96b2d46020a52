import { beforeAll, describe, expect, it } from 'vitest';
import { readWav } from '../../ear/wav.js';
import { useCentre } from '../contact-centre/centre.js';
import { loudMilliseconds } from '../world.js';
import { FlowCentre, type FlowCustomer } from './flow-centre.js';
import { end, playing, tonesHeardBy } from './flow-line.js';

const on = useCentre({ name: 'flows_life', redisDatabase: 76 });
let flows: FlowCentre;
beforeAll(() => {
  flows = new FlowCentre(on.centre);
});

/** What calls go by may have been read so long ago: the number, then its flow. It cannot be asked. */
const countsAfterMs = 2_100;

/** Waits until calls go by what was changed last. */
async function counted(): Promise<void> {
  const changedAt = Date.now();
  await on.centre.world.eventually('the change to count', async () =>
    Date.now() - changedAt > countsAfterMs ? true : undefined,
  );
}

async function edition(edition: 'standard' | 'premium'): Promise<void> {
  const { api, firstAccount } = on.centre.world;
  await api.patch(`/v1/accounts/${firstAccount.accountId}`, { edition });
}

/** A draft that plays this and ends. */
async function playingOnce(party: 'prompt' | 'music', seconds = 1) {
  const start = { id: 'start', kind: 'start', exits: { next: 'play' } };
  return { nodes: [start, playing('play', await flows.tone(party, seconds)), end] };
}

async function heardOn(number: string): Promise<readonly string[]> {
  const customer = await flows.call({ number, flowId: '' });
  await customer.call.ended;
  return tonesHeardBy(customer);
}

interface MadeFlow {
  readonly id: string;
}

describe('the life of a flow', () => {
  it('IVR-40 is made, seen and deleted, and not while it is wrong or bound to a number', async () => {
    const { api } = on.centre.world;
    const broken = { nodes: [{ id: 'start', kind: 'start', exits: { next: 'nowhere' } }] };
    const { id } = await api.post<MadeFlow>('/v1/flows', { name: 'IVR-40', draft: broken });
    const path = `/v1/flows/${id}`;
    const refused = await api.request('POST', `${path}/versions`, {});
    expect([refused.status, refused.body.code]).toEqual([400, 'invalid-flow']);
    await api.do('PUT', `${path}/draft`, await playingOnce('prompt'));
    await api.post(`${path}/versions`);
    expect(await api.get(path)).toMatchObject({ name: 'IVR-40', liveVersion: '1.0' });
    expect((await api.get<{ items: MadeFlow[] }>('/v1/flows?name=IVR-40')).items).toMatchObject([{ id }]);
    const number = on.centre.world.newNumber();
    const bound = await api.post<MadeFlow>('/v1/numbers', { number, flow: { flowId: id } });
    expect(await heardOn(number)).toEqual(['prompt']);
    const kept = await api.request<{ code: string; detail: string }>('DELETE', path);
    expect([kept.status, kept.body.code]).toEqual([409, 'flow-in-use']);
    expect(kept.body.detail).toContain(number);
    await api.patch(`/v1/numbers/${bound.id}`, { flow: null });
    await api.do('DELETE', path);
    expect((await api.request('GET', path)).status).toBe(404);
  });

  it('IVR-41 is edited while it is in use: the next call hears the new prompt, calls in it finish on the old one', async () => {
    const { api } = on.centre.world;
    const [before, after, ask] = [await flows.tone('prompt'), await flows.tone('music'), await flows.tone('agent')];
    const nodes = (answer: typeof before) => [
      { id: 'menu', kind: 'menu', timeout: 60, prompts: [ask], keys: [{ key: '1', next: 'answer' }] },
      playing('answer', answer),
      end,
    ];
    const line = await flows.line(nodes(before));
    const early: FlowCustomer = await flows.call(line);
    await early.call.media.hears('agent');
    const start = { id: 'start', kind: 'start', exits: { next: 'menu' } };
    await api.do('PUT', `/v1/flows/${line.flowId}/draft`, { nodes: [start, ...nodes(after)] });
    await api.post(`/v1/flows/${line.flowId}/versions`);
    await counted();
    const late = await flows.call(line);
    await late.call.media.hears('agent');
    for (const customer of [early, late]) {
      await customer.call.media.sendDigits('1');
      expect(await customer.call.ended).toEqual({ by: 'them', how: 'BYE' });
    }
    expect([tonesHeardBy(early), tonesHeardBy(late)]).toEqual([
      ['agent', 'prompt'],
      ['agent', 'music'],
    ]);
  });

  it('IVR-42 has versions side by side, each with numbers of its own, and loses one that nobody uses', async () => {
    await edition('premium');
    on.centre.atEnd(() => edition('standard'));
    const { api } = on.centre.world;
    const { id } = await api.post<MadeFlow>('/v1/flows', { name: 'IVR-42', draft: await playingOnce('prompt') });
    const path = `/v1/flows/${id}`;
    await api.post(`${path}/versions`);
    await api.do('PUT', `${path}/draft`, await playingOnce('music'));
    expect(await api.post(`${path}/versions`, { number: '1.1', live: false })).toMatchObject({ live: false });
    const [main, trial] = [on.centre.world.newNumber(), on.centre.world.newNumber()];
    await api.post('/v1/numbers', { number: main, flow: { flowId: id, version: '1.0' } });
    const onTrial = await api.post<MadeFlow>('/v1/numbers', { number: trial, flow: { flowId: id, version: '1.1' } });
    expect([await heardOn(main), await heardOn(trial)]).toEqual([['prompt'], ['music']]);
    expect((await api.request('DELETE', `${path}/versions/1.1`)).body.code).toBe('flow-in-use');
    await api.patch(`/v1/numbers/${onTrial.id}`, { flow: { flowId: id, version: '1.0' } });
    await api.do('DELETE', `${path}/versions/1.1`);
    const { items } = await api.get<{ items: { number: string }[] }>(`${path}/versions`);
    expect(items.map(({ number }) => number)).toEqual(['1.0']);
    await counted();
    expect([await heardOn(main), await heardOn(trial)]).toEqual([['prompt'], ['prompt']]);
  });

  it('IVR-42 goes back to the version before', async () => {
    const { api } = on.centre.world;
    const { id } = await api.post<MadeFlow>('/v1/flows', { name: 'back', draft: await playingOnce('prompt') });
    await api.post(`/v1/flows/${id}/versions`);
    await api.do('PUT', `/v1/flows/${id}/draft`, await playingOnce('music'));
    await api.post(`/v1/flows/${id}/versions`);
    const number = on.centre.world.newNumber();
    await api.post('/v1/numbers', { number, flow: { flowId: id } });
    expect(await heardOn(number)).toEqual(['music']);
    await api.post(`/v1/flows/${id}/live`, { number: '1.0' });
    await counted();
    expect(await heardOn(number)).toEqual(['prompt']);
  });
});

describe('a number', () => {
  it('NUM-02 runs the flow that it is bound to when the call comes, and takes no calls unbound', async () => {
    const { api } = on.centre.world;
    const flow = async (name: string, party: 'prompt' | 'music') => {
      const { id } = await api.post<MadeFlow>('/v1/flows', { name, draft: await playingOnce(party) });
      await api.post(`/v1/flows/${id}/versions`);
      return { flowId: id };
    };
    const [one, other] = [await flow('NUM-02 one', 'prompt'), await flow('NUM-02 other', 'music')];
    const number = on.centre.world.newNumber();
    const { id } = await api.post<MadeFlow>('/v1/numbers', { number, flow: one });
    expect(await heardOn(number)).toEqual(['prompt']);
    const change = async (body: object) => {
      await api.patch(`/v1/numbers/${id}`, body);
      await counted();
    };
    await change({ flow: other });
    expect(await heardOn(number)).toEqual(['music']);
    const never = { timeZone: 'Europe/Berlin', weekly: [] };
    await change({ serviceHours: never, closedFlow: one });
    const late = await flows.call({ number, flowId: one.flowId });
    await late.call.ended;
    expect(tonesHeardBy(late)).toEqual(['prompt']);
    expect(await flows.finished(late)).toMatchObject({ endCode: 'notWorkTime', endCodeNumber: 106 });
    await change({ closedFlow: null });
    const closed = await on.centre.world.call({ number });
    await closed.answered();
    expect(await closed.ended).toEqual({ by: 'them', how: 'BYE' });
    await change({ serviceHours: null, flow: null });
    const refused = await on.centre.world.call({ number });
    expect((await refused.final).status).toBe(404);
  });
});

describe('the audio library', () => {
  it('AUDIO-01 takes sounds, gives them back, and keeps what a flow that runs plays', async () => {
    const { api } = on.centre.world;
    const { audioId } = await flows.tone('agent', 2);
    await api.patch(`/v1/audio/${audioId}`, { name: 'Opening' });
    const { nodes } = await playingOnce('prompt');
    nodes[1] = playing('play', { audioId });
    const { id } = await api.post<MadeFlow>('/v1/flows', { name: 'AUDIO-01', draft: { nodes } });
    await api.post(`/v1/flows/${id}/versions`);
    const number = on.centre.world.newNumber();
    await api.post('/v1/numbers', { number, flow: { flowId: id } });
    expect(await heardOn(number)).toEqual(['agent']);
    const taken = await api.request<{ code: string }>('PATCH', `/v1/audio/${(await flows.tone('prompt')).audioId}`, {
      name: 'Opening',
    });
    expect([taken.status, taken.body.code]).toEqual([409, 'already-exists']);
    const kept = await api.request<{ code: string; detail: string }>('DELETE', `/v1/audio/${audioId}`);
    expect([kept.status, kept.body.code]).toEqual([409, 'audio-in-use']);
    expect(kept.body.detail).toContain('version 1.0 of the flow AUDIO-01');
    await api.do('DELETE', `/v1/audio/${audioId}?force=true`);
    const unpublishable = await api.post<{ faults: { code: string; field: string }[] }>(`/v1/flows/${id}/validate`);
    expect(unpublishable.faults).toMatchObject([{ code: 'unknown-audio', field: '/audioId' }]);
    // Whoever calls now hears something, and is hung up: never silence without an end.
    const late = await on.centre.world.call({ number });
    await late.answered();
    expect(await late.ended).toEqual({ by: 'them', how: 'BYE' });
  });

  it('IVR-02 lets a text be heard while it is written', async () => {
    const { api } = on.centre.world;
    const preview = async (text: string) => {
      const { rate, channels } = readWav(await api.download('/v1/speech/preview', { text }));
      return { rate, loud: loudMilliseconds(channels[0]!) };
    };
    const [short, long] = [await preview('Welcome.'), await preview('Welcome to the house of a thousand clocks.')];
    expect([short.rate, short.loud > 200, long.loud > 2 * short.loud]).toEqual([8000, true, true]);
  });
});
