import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestApi, type TestApi } from '../../test-api/create-test-api.fixture.js';
import { testFlows } from '../../test-api/test-flows.fixture.js';

const nodes = [
  { id: 'start', kind: 'start', exits: { next: 'menu' } },
  {
    id: 'menu',
    kind: 'menu',
    prompts: [{ verb: 'say', text: 'Press 1.' }],
    keys: [{ key: '1', label: 'Sales', next: 'end' }],
  },
  { id: 'end', kind: 'end', prompts: [{ verb: 'say', text: 'Good-bye.' }] },
];

describe('trying a flow over HTTP', () => {
  let api: TestApi;
  let flows: ReturnType<typeof testFlows>;
  beforeEach(async () => {
    api = await createTestApi({
      edition: 'premium',
      operations: (core) => {
        flows = testFlows(core);
        return flows.operations;
      },
    });
  });
  afterEach(() => api.close());

  const http = () => supertest.agent(api.server).set('Authorization', api.tenant.authorization);
  const make = async (draft: object): Promise<string> =>
    (await http().post('/v1/flows').send({ name: 'Main line', draft }).expect(201)).body.id;

  it('walks the draft, or a version, as the caller is told to', async () => {
    const id = await make({ nodes });
    const tried = await http()
      .post(`/v1/flows/${id}/simulations`)
      .send({ at: '2026-01-05T09:00:00Z', caller: [{ node: 'menu', afterSeconds: 2, press: '1' }] })
      .expect(200);
    expect(tried.body).toMatchObject({
      version: 'draft',
      end: { by: 'platform', node: 'end' },
      keys: [{ key: '1', label: 'Sales' }],
      heard: [{ text: 'Press 1.' }, { text: 'Good-bye.', seconds: 2 }],
      contact: { endCode: 'ivrEnd' },
    });
    await http().post(`/v1/flows/${id}/simulations`).send({ version: '1.0' }).expect(404);
    await http().post(`/v1/flows/${id}/versions`).send({}).expect(201);
    const live = await http().post(`/v1/flows/${id}/simulations`).send({ version: '1.0' }).expect(200);
    expect(live.body).toMatchObject({ version: '1.0', keys: [], end: { node: 'menu' } });
  });

  it('names what keeps a draft from running', async () => {
    const id = await make({ nodes: nodes.slice(1) });
    const refused = await http().post(`/v1/flows/${id}/simulations`).send({}).expect(400);
    expect(refused.body.code).toBe('invalid-flow');
    expect(JSON.stringify(refused.body.errors)).toContain('no-start');
  });

  it('tries a draft that names groups the account does not have', async () => {
    const group = { id: 'menu', kind: 'toSkillGroup', skillGroupId: `SG${'9'.repeat(32)}`, exits: { ended: 'end' } };
    const id = await make({ nodes: [nodes[0], group, nodes[2]] });
    const tried = await http().post(`/v1/flows/${id}/simulations`).send({}).expect(200);
    expect(tried.body).toMatchObject({ end: { node: 'end' }, contact: { endCode: 'ok' } });
  });

  it('plays the audio of a flow in a flow for as long as it is', async () => {
    const audioId = `AU${'7'.repeat(32)}`;
    const about = { name: 'Jingle', sizeBytes: 1, sha256: '', objectKey: '' };
    const times = { createdAt: '2026-01-01T00:00:00Z', updatedAt: '2026-01-01T00:00:00Z', revision: 1 };
    await flows.audio.insert({ id: audioId, accountId: api.tenant.account.id, durationMs: 2500, ...about, ...times });
    const start = (next: string) => ({ id: 'start', kind: 'start', exits: { next } });
    const end = { id: 'end', kind: 'end' };
    const jingle = { id: 'jingle', kind: 'play', audioId, exits: { next: 'end' } };
    const inner = (
      await http()
        .post('/v1/flows')
        .send({ name: 'In', draft: { nodes: [start('jingle'), jingle, end] } })
    ).body.id;
    await http().post(`/v1/flows/${inner}/versions`).send({}).expect(201);
    const sub = { id: 'sub', kind: 'subFlow', flowId: inner, exits: { next: 'end' } };
    const id = await make({ nodes: [start('sub'), sub, end] });
    const tried = await http().post(`/v1/flows/${id}/simulations`).send({}).expect(200);
    expect(tried.body).toMatchObject({ end: { by: 'platform' }, heard: [{ audioId, forSeconds: 2.5 }] });
  });

  it('names the nodes of a plan that are not in the flow', async () => {
    const id = await make({ nodes });
    const plan = { caller: [{ node: 'menu' }, { node: 'menue', press: '1' }], queues: [{ node: 'sales' }] };
    const refused = await http().post(`/v1/flows/${id}/simulations`).send(plan).expect(400);
    expect(refused.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/caller/1/node',
      '/queues/0/node',
    ]);
  });

  it.each([
    ['an unknown field', { colour: 'red' }],
    ['keys that are none', { caller: [{ press: 'x' }] }],
    ['a limit of nothing', { limitSeconds: 0 }],
    ['a result that is none', { queues: [{ node: 'menu', result: 'maybe' }] }],
  ])('refuses %s', async (_, body) => {
    const id = await make({ nodes });
    await http().post(`/v1/flows/${id}/simulations`).send(body).expect(400);
  });
});
