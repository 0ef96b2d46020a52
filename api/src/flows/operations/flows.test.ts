import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestApi, type TestApi } from '../../test-api/create-test-api.fixture.js';
import { testFlows } from '../../test-api/test-flows.fixture.js';

const say = (text: string, next = 'end') => ({ id: 'welcome', kind: 'say', text, exits: { next } });
const draft = (text: string) => ({
  nodes: [{ id: 'start', kind: 'start', exits: { next: 'welcome' } }, say(text), { id: 'end', kind: 'end' }],
});

describe.each(['standard', 'premium'] as const)('flows over HTTP on a %s account', (edition) => {
  let api: TestApi;
  let flows: ReturnType<typeof testFlows>;
  beforeEach(async () => {
    api = await createTestApi({ edition, operations: (core) => (flows = testFlows(core)).operations });
  });
  afterEach(() => api.close());

  const http = () => supertest.agent(api.server).set('Authorization', api.tenant.authorization);
  const make = async (flow: object = {}) =>
    (
      await http()
        .post('/v1/flows')
        .send({ name: 'Main line', draft: draft('Hello'), ...flow })
        .expect(201)
    ).body;
  const publish = async (id: string, how: object = {}) =>
    (await http().post(`/v1/flows/${id}/versions`).send(how).expect(201)).body;
  const save = (id: string, body: object) => http().put(`/v1/flows/${id}/draft`).send(body);

  it('are made, found, renamed and deleted', async () => {
    const flow = await make();
    expect(flow).toMatchObject({ name: 'Main line', description: '', liveVersion: null, draftRevision: 1 });
    expect(flow.draft).toEqual(draft('Hello'));
    const empty = await make({ name: 'Other', draft: undefined });
    expect(empty.draft.nodes).toHaveLength(2);
    expect((await http().get('/v1/flows?name=AIN').expect(200)).body.items.map(({ id }: { id: string }) => id)).toEqual(
      [flow.id],
    );
    const page = (await http().get('/v1/flows?limit=1').expect(200)).body;
    expect(page.items[0]).not.toHaveProperty('draft');
    expect((await http().get(`/v1/flows?limit=1&cursor=${page.nextCursor}`).expect(200)).body.nextCursor).toBeNull();
    const path = `/v1/flows/${flow.id}`;
    expect((await http().patch(path).send({ description: 'x' }).expect(200)).body.description).toBe('x');
    await http().patch(path).send({ name: 'Other' }).expect(409);
    expect((await http().post('/v1/flows').send({ name: 'Other' }).expect(409)).body.code).toBe('already-exists');
    await publish(flow.id);
    await http().delete(path).expect(204);
    await http().get(path).expect(404);
    await http().get(`${path}/versions/1.0`).expect(404);
    expect(await flows.flowDocuments.list(api.tenant.account.id, { where: { flowId: flow.id } })).toMatchObject({
      items: [],
    });
  });

  it('keep a draft that is not finished, and of two who save it the second is told', async () => {
    const flow = await make();
    const unfinished = { nodes: [{ id: 'menu', kind: 'menu', colour: 'red', $where: '1' }, {}] };
    const path = `/v1/flows/${flow.id}/draft`;
    const saved = await http().put(path).set('If-Match', '"1"').send(unfinished).expect(200);
    expect([saved.body.draft, saved.body.draftRevision, saved.headers.etag]).toEqual([unfinished, 2, '"2"']);
    const late = await http().put(path).set('If-Match', '"1"').send(draft('x')).expect(412);
    expect(late.body.code).toBe('stale-draft');
    expect((await http().get(`/v1/flows/${flow.id}`).expect(200)).body.draft).toEqual(unfinished);
    await save(flow.id, { nodes: 'none' }).expect(400);
    await save(flow.id, { nodes: [1] }).expect(400);
  });

  it('are told every fault, and cannot be published with an error', async () => {
    const flow = await make({
      draft: { nodes: [{ id: 'start', kind: 'start', exits: { next: 'y' } }, say('${who}')] },
    });
    const { body } = await http().post(`/v1/flows/${flow.id}/validate`).expect(200);
    expect(body.publishable).toBe(false);
    expect(body.faults.map(({ node, code }: { node: string; code: string }) => [node, code])).toEqual([
      ['start', 'unknown-node'],
      ['welcome', 'unknown-node'],
      ['welcome', 'unreachable-node'],
      ['welcome', 'variable-never-set'],
    ]);
    const refused = await http().post(`/v1/flows/${flow.id}/versions`).send({}).expect(400);
    expect(refused.body.code).toBe('invalid-flow');
    expect(refused.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/nodes/0/exits/next',
      '/nodes/1/exits/next',
    ]);
    await save(flow.id, draft('${who}')).expect(200);
    expect((await http().post(`/v1/flows/${flow.id}/validate`).expect(200)).body.publishable).toBe(true);
    expect(await publish(flow.id)).toMatchObject({ number: '1.0', live: true, note: null });
  });

  it('have versions that never change, of which one is live', async () => {
    const flow = await make();
    const path = `/v1/flows/${flow.id}`;
    await publish(flow.id, { note: 'first' });
    await save(flow.id, draft('Good day')).expect(200);
    expect(await publish(flow.id)).toMatchObject({ number: '1.1', live: true });
    expect((await http().get(`${path}/versions/1.0`).expect(200)).body).toMatchObject({
      note: 'first',
      live: false,
      document: draft('Hello'),
    });
    const { items } = (await http().get(`${path}/versions`).expect(200)).body;
    expect(items.map(({ number, live }: { number: string; live: boolean }) => [number, live]).sort()).toEqual([
      ['1.0', false],
      ['1.1', true],
    ]);
    expect((await http().post(`${path}/live`).send({ number: '1.0' }).expect(200)).body.liveVersion).toBe('1.0');
    await http().post(`${path}/live`).send({ number: '7.0' }).expect(404);
  });

  it('take the next number each where several are published at once', async () => {
    const flow = await make();
    const made = await Promise.all([1, 2, 3].map(() => publish(flow.id)));
    expect(made.map(({ number }) => number).sort()).toEqual(['1.0', '1.1', '1.2']);
    const live = (await http().get(`/v1/flows/${flow.id}`).expect(200)).body.liveVersion;
    expect(made.map(({ number }) => number)).toContain(live);
  });

  it('are compared, drawn, exported and imported', async () => {
    const flow = await make();
    const path = `/v1/flows/${flow.id}`;
    const whole = (await http().get(`${path}/compare`).expect(200)).body;
    expect(whole.added.map(({ node }: { node: string }) => node)).toEqual(['start', 'welcome', 'end']);
    await publish(flow.id);
    const other = draft('Good day');
    other.nodes[1] = { ...say('Good day', 'bye'), plays: 2 } as never;
    other.nodes[2] = { id: 'bye', kind: 'end' };
    await save(flow.id, { ...other, language: 'en-GB' }).expect(200);
    expect((await http().get(`${path}/compare?from=1.0&to=draft`).expect(200)).body).toEqual({
      added: [{ node: 'bye', kind: 'end', fields: [] }],
      removed: [{ node: 'end', kind: 'end', fields: [] }],
      changed: [
        {
          node: 'welcome',
          kind: 'say',
          fields: [
            { field: '/text', before: 'Hello', after: 'Good day' },
            { field: '/exits/next', before: 'end', after: 'bye' },
            { field: '/plays', after: 2 },
          ],
        },
      ],
      fields: [{ field: '/language', after: 'en-GB' }],
    });
    await http().get(`${path}/compare?from=9.9`).expect(404);
    const chart = await http().get(`${path}/versions/1.0/mermaid`).expect(200);
    expect(chart.headers['content-type']).toContain('text/vnd.mermaid');
    const { mermaid } = (await http().get(`${path}/draft/mermaid`).set('Accept', 'application/json').expect(200)).body;
    expect(mermaid).toBe(
      'flowchart TD\n  n0(["start<br/>start"])\n  n0 -- "next" --> n1\n  n1["welcome<br/>say"]\n  n1 -- "next" --> n2\n  n2(["bye<br/>end"])\n',
    );
    const exported = (await http().get(`${path}/export?version=1.0`).expect(200)).body;
    expect(exported).toEqual({ name: 'Main line', description: '', document: draft('Hello'), references: [] });
    await http().post('/v1/flows/import').send(exported).expect(409);
    const imported = (
      await http()
        .post('/v1/flows/import')
        .send({ ...exported, name: 'Copy' })
        .expect(201)
    ).body;
    expect(imported).toMatchObject({ name: 'Copy', draft: draft('Hello'), liveVersion: null });
  });

  it('cannot be deleted while a flow that runs goes through them', async () => {
    const below = await make({ name: 'Below' });
    await publish(below.id);
    const sub = { id: 'welcome', kind: 'subFlow', flowId: below.id, exits: { next: 'end' } };
    const above = await make({ name: 'Above', draft: { nodes: [draft('').nodes[0], sub, draft('').nodes[2]] } });
    await publish(above.id);
    const refused = await http().delete(`/v1/flows/${below.id}`).expect(409);
    expect(refused.body).toMatchObject({ code: 'flow-in-use' });
    expect(refused.body.detail).toContain('version 1.0 of the flow Above');
    await save(above.id, draft('Hello')).expect(200);
    await publish(above.id);
    await http().delete(`/v1/flows/${below.id}`).expect(204);
    await http().delete(`/v1/flows/${above.id}`).expect(204);
  });

  it('may have thousands of nodes, and are refused when they are larger still', async () => {
    const nodes = Array.from({ length: 4_998 }, (_, at) => ({ ...say('Hello', `n${at + 1}`), id: `n${at}` }));
    const long = {
      nodes: [{ id: 'start', kind: 'start', exits: { next: 'n0' } }, ...nodes, { id: 'n4998', kind: 'end' }],
    };
    const flow = await make({ draft: long });
    await publish(flow.id);
    expect((await http().get(`/v1/flows/${flow.id}/versions/1.0/mermaid`).expect(200)).text).toContain('n4998');
    await save(flow.id, { nodes: [...long.nodes, say('one more')] }).expect(400);
    await save(flow.id, { nodes: [say('x'.repeat(2_000_000))] }).expect(413);
  });

  it('are counted by node and exit', async () => {
    const flow = await make();
    const at = api.clock.now();
    const what = { accountId: api.tenant.account.id, flowId: flow.id, node: 'welcome', at };
    await flows.flowCounts.add([
      { ...what, version: '1.0' },
      { ...what, version: '1.0', exit: 'next' },
      { ...what, version: '1.1' },
    ]);
    const counts = async (query = {}) =>
      (await http().get(`/v1/flows/${flow.id}/counts`).query(query).expect(200)).body;
    expect((await counts()).nodes).toEqual([{ node: 'welcome', entered: 2, exits: { next: 1 } }]);
    expect((await counts({ version: '1.0' })).nodes).toEqual([{ node: 'welcome', entered: 1, exits: { next: 1 } }]);
    expect((await counts({ to: new Date(at).toISOString() })).nodes).toEqual([]);
    const wrong = { from: new Date(at).toISOString(), to: new Date(at - 3_600_000).toISOString() };
    await http().get(`/v1/flows/${flow.id}/counts`).query(wrong).expect(400);
  });

  const premium: Readonly<Record<string, object>> = {
    'IVR-12 dynamicMenu': { kind: 'dynamicMenu', prompts: [], variable: 'keys', targets: ['end'] },
    'IVR-24 survey with a variable': {
      ...{ kind: 'survey', prompts: [], keys: [{ key: '1', label: 'Good' }], variable: 'rating' },
      exits: { next: 'end' },
    },
    'IVR-26 collectDigits': {
      ...{ kind: 'collectDigits', prompts: [], variable: 'entry', maxLength: 3 },
      exits: { next: 'end' },
    },
    'IVR-34 callApi': { kind: 'callApi', url: 'https://shop.example.com/', exits: { next: 'end' } },
    'IVR-38 condition': {
      ...{ kind: 'condition', exits: { default: 'end' } },
      rules: [{ all: [{ value: '1', operator: 'equals', operand: '1' }], next: 'end' }],
    },
  };
  it.each(Object.entries(premium))(`${edition === 'premium' ? 'may' : 'may not'} have %s`, async (_, node) => {
    const nodes = [draft('').nodes[0], { id: 'welcome', ...node }, { id: 'end', kind: 'end' }];
    const flow = await make({ draft: { nodes } });
    const { status, body } = await http().post(`/v1/flows/${flow.id}/versions`).send({});
    if (edition === 'premium') expect(status).toBe(201);
    else
      expect([status, body.code, body.errors[0].pointer]).toEqual([
        403,
        'edition-required',
        expect.stringMatching(/^.nodes.1.(kind|variable)$/),
      ]);
  });

  it(`${edition === 'premium' ? 'may' : 'may not'} have versions side by side`, async () => {
    const flow = await make();
    const path = `/v1/flows/${flow.id}/versions`;
    await publish(flow.id);
    for (const how of [{ number: '2.0' }, { live: false }]) {
      const { status, body } = await http().post(path).send(how);
      if (edition === 'premium') expect([status, body.live]).toEqual([201, !('live' in how)]);
      else expect([status, body.code]).toEqual([403, 'edition-required']);
    }
    if (edition === 'standard') {
      expect((await http().delete(`${path}/1.0`).expect(403)).body.code).toBe('edition-required');
      return;
    }
    await http().post(path).send({ number: '2.0' }).expect(409);
    const { body } = await http().delete(`${path}/2.0`).expect(409);
    expect(body).toMatchObject({ code: 'flow-in-use' });
    await http().delete(`${path}/2.1`).expect(204);
    await http().get(`${path}/2.1`).expect(404);
    expect(await publish(flow.id)).toMatchObject({ number: '2.1' });
  });
});
