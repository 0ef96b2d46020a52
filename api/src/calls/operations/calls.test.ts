import { seededRandom } from '@hookswitch/kernel/random';
import { answers, createFakeEngine, type FakeEngine, neverAnswers } from '@hookswitch/media/drivers/fake/index';
import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { flowsOf } from '../../flows/known-flows.fixture.js';
import { checkScript } from '../../scripting/index.js';
import { createTestApi, type TestApi, type TestTenant } from '../../test-api/create-test-api.fixture.js';
import { answerAndWait, buildCallsForTests } from '../calls-node.fixture.js';
import { callOperations } from './index.js';

const number = '+14155550111';
const dialled = '+14155550199';
const menu = `FL${'1'.repeat(32)}`;

describe('calls over HTTP', () => {
  let api: TestApi;
  let engine: FakeEngine;
  let kit: ReturnType<typeof buildCallsForTests>;

  beforeEach(async () => {
    api = await createTestApi({
      operations: (core) => {
        engine = createFakeEngine({ clock: core.clock, random: seededRandom(1) });
        kit = buildCallsForTests({ clock: core.clock, engine });
        return callOperations({
          calls: kit.store,
          control: kit.calls.control,
          timeline: kit.timelineStore,
          checkScript,
          flows: flowsOf({ [menu]: '1.1' }),
          newId: core.newId,
        });
      },
    });
    await engine.start();
    await kit.calls.start();
    kit.routing.saveAccount({ ...kit.account, id: api.tenant.account.id });
    kit.routing.saveNumber(number, { accountId: api.tenant.account.id, numberId: 'PN' });
    engine.network.phone(dialled, answers(100));
  });
  afterEach(() => api.close());

  const as = (tenant: TestTenant) => supertest.agent(api.server).set('Authorization', tenant.authorization);
  const request = { to: dialled, from: number, scriptUrl: 'https://example.com/voice' };

  /** Lets virtual time pass until an answer that waits for it is there. */
  async function timePasses<T>(answer: PromiseLike<T>): Promise<T> {
    let there = false;
    const done = Promise.resolve(answer).finally(() => {
      there = true;
    });
    while (!there) await api.clock.advanceAsync(50);
    return done;
  }

  async function answeredCall(): Promise<string> {
    const made = await as(api.tenant).post('/v1/calls').send(request).expect(201);
    await api.clock.advanceAsync(1000);
    return made.body.id;
  }

  it('makes a call, and shows the same resource at every time of its life', async () => {
    const agent = as(api.tenant);
    const made = await agent
      .post('/v1/calls')
      .send({ ...request, tags: { campaign: 'spring' }, timeLimitSeconds: 60 })
      .expect(201);
    expect(made.body).toMatchObject({
      status: 'queued',
      direction: 'outbound-api',
      scriptUrl: request.scriptUrl,
      tags: { campaign: 'spring' },
      lastEventSequence: 1,
    });
    expect(made.headers.location).toBe(`/v1/calls/${made.body.id}`);
    await api.clock.advanceAsync(1000);
    const up = await agent.get(`/v1/calls/${made.body.id}`).expect(200);
    expect(up.body).toMatchObject({ status: 'in-progress', endedAt: null, durationSeconds: null });
    await api.clock.advanceAsync(60_000);
    const over = await agent.get(`/v1/calls/${made.body.id}`).expect(200);
    expect(over.body).toMatchObject({
      status: 'completed',
      durationSeconds: 60,
      scriptRevision: 1,
      termination: { result: 'completed', by: 'system', reason: 'time-limit', sip: null, q850: null },
    });
    expect(over.headers.etag).toBe('"1"');
  });

  it('runs a flow, in the version it had when the call was made or changed', async () => {
    const agent = as(api.tenant);
    const flow = { flowId: menu, variables: { tier: 'gold' } };
    const { body: made } = await agent
      .post('/v1/calls')
      .send({ ...request, scriptUrl: undefined, flow })
      .expect(201);
    expect(made).toMatchObject({ scriptUrl: null, flow: { flowId: menu, version: '1.1' } });
    await api.clock.advanceAsync(1000);
    expect(kit.scripts.runs.map(({ script }) => script)).toEqual([{ flow: { ...flow, version: '1.1' } }]);
    const other = await answeredCall();
    const changed = await agent
      .patch(`/v1/calls/${other}`)
      .send({ flow: { flowId: menu } })
      .expect(200);
    expect(changed.body.flow).toEqual({ flowId: menu, version: '1.1' });
    await agent
      .patch(`/v1/calls/${other}`)
      .send({ flow: { flowId: menu, version: '7.0' } })
      .expect(400);
  });

  it('lists calls newest first, page by page, with filters', async () => {
    const agent = as(api.tenant);
    const ids: string[] = [];
    for (let made = 0; made < 3; made++) {
      ids.unshift((await agent.post('/v1/calls').send(request).expect(201)).body.id);
      await api.clock.advanceAsync(10);
    }
    const first = await agent.get('/v1/calls').query({ limit: 2 }).expect(200);
    const second = await agent.get('/v1/calls').query({ limit: 2, cursor: first.body.nextCursor }).expect(200);
    expect([...first.body.items, ...second.body.items].map((call: { id: string }) => call.id)).toEqual(ids);
    expect(second.body.nextCursor).toBeNull();
    expect((await agent.get('/v1/calls').query({ status: 'busy' })).body.items).toEqual([]);
    expect((await agent.get('/v1/calls').query({ to: dialled, direction: 'outbound-api' })).body.items).toHaveLength(3);
    const from = new Date(api.clock.now() - 15).toISOString();
    expect((await agent.get('/v1/calls').query({ createdFrom: from })).body.items).toHaveLength(1);
    await agent.get('/v1/calls').query({ cursor: 'nonsense' }).expect(400);
    await agent.get('/v1/calls').query({ status: 'sleeping' }).expect(400);
  });

  it.each([
    ['no script at all', { scriptUrl: undefined }, '/scriptUrl'],
    ['a URL and a script', { script: [{ verb: 'hangup' }] }, '/script'],
    ['a URL and a flow', { flow: { flowId: menu } }, '/flow'],
    ['a flow that there is not', { scriptUrl: undefined, flow: { flowId: `FL${'9'.repeat(32)}` } }, '/flow'],
    ['a version that there is not', { scriptUrl: undefined, flow: { flowId: menu, version: '1.0' } }, '/flow'],
    ['a fallback without a URL', { scriptUrl: undefined, fallbackUrl: 'https://example.com/f' }, '/fallbackUrl'],
    ['a verb that there is not', { scriptUrl: undefined, script: [{ verb: 'dance' }] }, '/script/0/verb'],
    ['a destination that is none', { to: 'grandma' }, '/to'],
    ['a password without a user', { sipPassword: 'x' }, '/sipPassword'],
    ['a header that may not be sent', { headers: { Via: 'x' } }, '/headers'],
    ['a field that there is not', { colour: 'red' }, '/colour'],
  ])('refuses %s with the pointer of the field', async (_, change, pointer) => {
    const answer = await as(api.tenant)
      .post('/v1/calls')
      .send({ ...request, ...change })
      .expect(400);
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toEqual(
      expect.arrayContaining([expect.stringContaining(pointer)]),
    );
    expect(engine.gauges().calls).toBe(0);
  });

  it('refuses a destination that is not allowed with 403, and one call too many with 429', async () => {
    const denied = await as(api.tenant)
      .post('/v1/calls')
      .send({ ...request, to: '+442071838750' })
      .expect(403);
    expect(denied.body.code).toBe('destination-not-allowed');
    kit.routing.saveAccount({ ...kit.account, id: api.tenant.account.id, concurrentCalls: 0 });
    const limited = await as(api.tenant).post('/v1/calls').send(request).expect(429);
    expect(limited.body.code).toBe('concurrent-calls-limit');
    expect(limited.headers['retry-after']).toBe('1');
  });

  it('gives a live call another script, once per revision', async () => {
    const id = await answeredCall();
    const agent = as(api.tenant);
    const change = { script: [{ verb: 'say', text: 'Hello' }] };
    const changed = await agent.patch(`/v1/calls/${id}`).set('If-Match', '"1"').send(change).expect(200);
    expect(changed.body.scriptRevision).toBe(2);
    expect(changed.headers.etag).toBe('"2"');
    await api.clock.advanceAsync(10);
    expect(kit.scripts.runs.at(-1)!.script).toEqual({ inline: JSON.stringify(change.script) });
    const stale = await agent.patch(`/v1/calls/${id}`).set('If-Match', '"1"').send(change).expect(412);
    expect(stale.body.code).toBe('stale-script-revision');
    await agent.patch(`/v1/calls/${id}`).set('If-Match', 'soon').send(change).expect(400);
  });

  it('ends a call, and answers 409 to whoever changes it afterwards', async () => {
    const id = await answeredCall();
    const agent = as(api.tenant);
    const ended = await timePasses(agent.patch(`/v1/calls/${id}`).send({ status: 'completed' }).expect(200));
    expect(ended.body.status).toBe('completed');
    const late = await agent.patch(`/v1/calls/${id}`).send({ sendDigits: '1' }).expect(409);
    expect(late.body.code).toBe('call-not-live');
  });

  it.each([
    ['status with anything but tags', { status: 'completed', sendDigits: '1' }, 400],
    ['a play of two things', { play: { url: 'https://example.com/a.wav', audioId: `AU${'0'.repeat(32)}` } }, 400],
    ['nothing', {}, 400],
    ['digits that there are not', { sendDigits: '12x' }, 400],
  ])('refuses a change with %s', async (_, change, status) => {
    const id = await answeredCall();
    await as(api.tenant).patch(`/v1/calls/${id}`).send(change).expect(status);
    expect((await kit.store.find(id))!.status).toBe('in-progress');
  });

  it('records a live call, pauses, resumes and stops', async () => {
    const id = await answeredCall();
    const agent = as(api.tenant);
    const started = await agent.post(`/v1/calls/${id}/recordings`).send({ channels: 2 }).expect(201);
    const path = `/v1/calls/${id}/recordings/${started.body.recordingId}`;
    await agent.patch(path).send({ status: 'paused', pauseBehavior: 'skip' }).expect(200);
    await agent.patch(path).send({ status: 'in-progress' }).expect(200);
    const stopped = await agent.patch(path).send({ status: 'stopped' }).expect(200);
    expect(stopped.body).toEqual({ recordingId: started.body.recordingId, callId: id, status: 'stopped' });
    await agent.patch(path).send({ status: 'stopped' }).expect(409);
    expect(kit.recorder.asked).toEqual(['start StartCallRecordingAPI', 'pause skip', 'resume', 'stop']);
  });

  it('does not record a call that is not answered', async () => {
    engine.network.phone(dialled, neverAnswers);
    const made = await as(api.tenant).post('/v1/calls').send(request).expect(201);
    const refused = await as(api.tenant).post(`/v1/calls/${made.body.id}/recordings`).send({}).expect(409);
    expect(refused.body.code).toBe('call-not-answered');
  });

  it('shows what happened in a call, page by page', async () => {
    kit.scripts.scripts.set('https://example.com/voice', async (run) => {
      run.note({
        kind: 'request',
        summary: 'POST https://example.com/voice → 200',
        detail: { body: 'x'.repeat(20_000) },
      });
      return answerAndWait(run);
    });
    const id = await answeredCall();
    const agent = as(api.tenant);
    const seen: { kind: string; detail: { body?: string } | null }[] = [];
    let cursor: string | null = null;
    do {
      const page: supertest.Response = await agent
        .get(`/v1/calls/${id}/timeline`)
        .query({ limit: 1, ...(cursor && { cursor }) })
        .expect(200);
      seen.push(...page.body.items);
      cursor = page.body.nextCursor;
    } while (cursor);
    const asked = seen.find((entry) => entry.kind === 'request');
    expect(asked!.detail!.body).toHaveLength(8192 + '… (11808 more characters)'.length);
    await agent.get(`/v1/calls/${id}/timeline`).query({ cursor: 'bm9uc2Vuc2U' }).expect(400);
  });

  it("answers 404 to every operation on another account's call", async () => {
    const id = await answeredCall();
    const stranger = as(await api.newTenant());
    await stranger.get(`/v1/calls/${id}`).expect(404);
    await stranger.patch(`/v1/calls/${id}`).send({ status: 'completed' }).expect(404);
    await stranger.get(`/v1/calls/${id}/timeline`).expect(404);
    await stranger.post(`/v1/calls/${id}/recordings`).send({}).expect(404);
    await stranger
      .patch(`/v1/calls/${id}/recordings/RE${'0'.repeat(32)}`)
      .send({ status: 'paused' })
      .expect(404);
    expect((await stranger.get('/v1/calls').expect(200)).body.items).toEqual([]);
  });
});
