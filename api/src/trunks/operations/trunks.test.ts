import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestApi, type TestApi, type TestTenant } from '../../test-api/create-test-api.fixture.js';
import { testResources } from '../../test-api/test-resources.fixture.js';

describe('trunks over HTTP', () => {
  let api: TestApi;
  let resources: ReturnType<typeof testResources>;
  beforeEach(async () => {
    api = await createTestApi({
      operations: (core) => {
        resources = testResources(core);
        return resources.operations;
      },
    });
  });
  afterEach(() => api.close());

  const as = (tenant: TestTenant) => supertest.agent(api.server).set('Authorization', tenant.authorization);
  const carrier = {
    name: 'Carrier',
    inbound: {
      addresses: ['192.0.2.0/28'],
      username: 'pbx',
      password: 'inbound-secret',
      numberRules: [{ prefix: '00', replacement: '+' }],
    },
    outbound: {
      proxies: ['sip:sbc1.carrier.example:5060;transport=tcp', 'sips:[2001:db8::1]'],
      username: 'account-7',
      password: 'outbound-secret',
      register: { registrar: 'sip:carrier.example' },
      reliableProvisionals: 'off',
      prefixes: ['+1'],
    },
    limits: { concurrentCalls: 30, callsPerSecond: 0.5 },
  };

  it('are made, listed, got, changed and deleted, and never show their passwords', async () => {
    const agent = as(api.tenant);
    const made = await agent.post('/v1/trunks').send(carrier).expect(201);
    expect(made.body).toMatchObject({
      enabled: true,
      inbound: { addresses: ['192.0.2.0/28'], username: 'pbx', trustIdentity: false, reliableProvisionals: 'on' },
      outbound: {
        username: 'account-7',
        register: { registrar: 'sip:carrier.example', expiresSeconds: 600 },
        fromHost: null,
        reliableProvisionals: 'off',
        numberRules: [],
      },
      limits: { concurrentCalls: 30, callsPerSecond: 0.5 },
    });
    const path = `/v1/trunks/${made.body.id}`;
    expect(made.body.registration).toEqual({ state: 'unregistered', since: null, detail: null });
    const report = { trunkId: made.body.id, nodeId: 'node-1', state: 'failed', since: 0, detail: 'SIP 403' } as const;
    await resources.registrations.save([report]);
    const registration = { state: 'failed', since: '1970-01-01T00:00:00.000Z', detail: 'SIP 403' };
    expect((await agent.get(path).expect(200)).body.registration).toEqual(registration);
    expect((await agent.get('/v1/trunks').expect(200)).body.items[0].registration).toEqual(registration);
    expect((await agent.patch(path).send({ name: 'C' }).expect(200)).body.registration).toEqual(registration);
    const changed = await agent.patch(path).send({ enabled: false, outbound: null }).expect(200);
    expect(changed.body).toMatchObject({ enabled: false, outbound: null, inbound: made.body.inbound });
    for (const { text } of [
      made,
      changed,
      await agent.get(path).expect(200),
      await agent.get('/v1/trunks').expect(200),
    ]) {
      expect(text).not.toMatch(/secret|sealed/);
    }
    expect(JSON.stringify(await resources.trunks.get(api.tenant.account.id, made.body.id))).not.toContain(
      'inbound-secret',
    );
    await agent.delete(path).expect(204);
    await agent.get(path).expect(404);
  });

  it('say whom they believe and what they are told, nothing unless asked for', async () => {
    const agent = as(api.tenant);
    const plain = { inbound: { addresses: ['192.0.2.9'] }, outbound: { proxies: ['sip:other.example'] } };
    const made = await agent
      .post('/v1/trunks')
      .send({ name: 'C', ...plain })
      .expect(201);
    expect(made.body).toMatchObject({
      inbound: { trustIdentity: false },
      outbound: { assertIdentity: false, diversion: 'none', mediaEncryption: 'none' },
    });
    const path = `/v1/trunks/${made.body.id}`;
    const told = {
      inbound: { ...plain.inbound, trustIdentity: true },
      outbound: { ...plain.outbound, assertIdentity: true, diversion: 'history-info', mediaEncryption: 'sdes' },
    };
    expect((await agent.patch(path).send(told).expect(200)).body).toMatchObject(told);
    const optional = { outbound: { ...plain.outbound, mediaEncryption: 'optional' } };
    expect((await agent.patch(path).send(optional).expect(200)).body).toMatchObject(optional);
    const refused = await agent
      .patch(path)
      .send({ outbound: { ...plain.outbound, diversion: 'remote-party-id' } })
      .expect(400);
    expect(refused.body.errors[0].pointer).toBe('/outbound/diversion');
  });

  it('keep a password that a change leaves away, and want a new one with a new user name', async () => {
    const agent = as(api.tenant);
    const { body } = await agent.post('/v1/trunks').send(carrier).expect(201);
    const path = `/v1/trunks/${body.id}`;
    await agent
      .patch(path)
      .send({ outbound: { proxies: ['sip:other.example'], username: 'account-7' } })
      .expect(200);
    const stored = (await resources.trunks.get(api.tenant.account.id, body.id))!;
    expect(api.secretBox.open(stored.outbound!.sealedPassword!, body.id)).toBe('outbound-secret');
    const refused = await agent
      .patch(path)
      .send({ outbound: { proxies: ['sip:other.example'], username: 'account-8' } })
      .expect(400);
    expect(refused.body.errors[0].pointer).toBe('/outbound/password');
  });

  it.each([
    [{ inbound: {} }, '/inbound'],
    [{ inbound: { addresses: ['carrier.example'] } }, '/inbound/addresses/0'],
    [{ inbound: { addresses: ['192.0.2.1', '0.0.0.0/0'] } }, '/inbound/addresses/1'],
    [{ inbound: { username: 'pbx' } }, '/inbound/password'],
    [{ inbound: { addresses: ['192.0.2.1'], password: 'long-enough' } }, '/inbound/username'],
    [{ inbound: { username: 'a b', password: 'long-enough' } }, '/inbound/username'],
    [{ outbound: {} }, '/outbound/proxies'],
    [{ outbound: { proxies: [] } }, '/outbound/proxies'],
    [{ outbound: { proxies: ['carrier.example'] } }, '/outbound/proxies/0'],
    [{ outbound: { proxies: ['sip:user@carrier.example'] } }, '/outbound/proxies/0'],
    [{ outbound: { proxies: ['sip:x\r\nVia: y'] } }, '/outbound/proxies/0'],
    [{ outbound: { proxies: ['sip:x'], register: { registrar: 'sip:x' } } }, '/outbound/username'],
    [{ outbound: { proxies: ['sip:x'], fromHost: 'a>b' } }, '/outbound/fromHost'],
    [{ limits: { concurrentCalls: -1, callsPerSecond: 0 } }, '/limits/concurrentCalls'],
  ])('are refused with %j', async (wrong, pointer) => {
    const { body } = await as(api.tenant)
      .post('/v1/trunks')
      .send({ name: 'x', ...wrong })
      .expect(400);
    expect(body.errors.map((field: { pointer: string }) => field.pointer)).toContain(pointer);
  });

  it('take no calls from another account’s addresses or under its user name', async () => {
    const other = await api.newTenant();
    await as(api.tenant).post('/v1/trunks').send(carrier).expect(201);
    const from = (inbound: object) => as(other).post('/v1/trunks').send({ name: 'Thief', inbound });
    expect((await from({ addresses: ['198.51.100.1', '192.0.2.7'] }).expect(409)).body).toMatchObject({
      code: 'trunk-address-taken',
      errors: [{ pointer: '/inbound/addresses/1' }],
    });
    expect((await from({ addresses: ['192.0.0.0/16'] }).expect(409)).body.code).toBe('trunk-address-taken');
    expect((await from({ username: 'pbx', password: 'long-enough' }).expect(409)).body.code).toBe('already-exists');
    await as(other).post('/v1/endpoints').send({ username: 'pbx' }).expect(409);
    await as(other).post('/v1/endpoints').send({ username: 'alice' }).expect(201);
    expect((await from({ username: 'alice', password: 'long-enough' }).expect(409)).body.code).toBe('already-exists');
    const { body: own } = await from({ addresses: ['198.51.100.1'] }).expect(201);
    await as(other)
      .patch(`/v1/trunks/${own.id}`)
      .send({ inbound: { addresses: ['192.0.2.7'] } })
      .expect(409);
    await as(api.tenant)
      .post('/v1/trunks')
      .send({ name: 'A second one of ours', inbound: { addresses: ['192.0.2.7'] } })
      .expect(201);
  });

  it('are not deleted while a number names them', async () => {
    const agent = as(api.tenant);
    const { body: trunk } = await agent.post('/v1/trunks').send({ name: 'x' }).expect(201);
    const { body: number } = await agent
      .post('/v1/numbers')
      .send({ number: '+14155550100', trunkId: trunk.id })
      .expect(201);
    expect((await agent.delete(`/v1/trunks/${trunk.id}`).expect(409)).body.code).toBe('trunk-in-use');
    await agent.delete(`/v1/numbers/${number.id}`).expect(204);
    await agent.delete(`/v1/trunks/${trunk.id}`).expect(204);
  });
});
