import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApiKey } from '../../accounts/index.js';
import { audioCollection } from '../../audio/index.js';
import { type Flow, type FlowStore, flowCollection } from '../../flows/index.js';
import { MemoryTenantCollection } from '../../store/memory-tenant-collection.js';
import { createTestApi, type TestApi, type TestTenant } from '../../test-api/create-test-api.fixture.js';
import {
  type CentreSettingsRecord,
  type CentreSettingsStore,
  centreSettingsCollection,
  defaultCentreSettings,
} from '../centre-settings.js';
import { centreSettingsReader } from '../read-centre-settings.js';
import { contactCentreOperations } from './index.js';

describe("a contact centre's settings over HTTP", () => {
  let api: TestApi;
  let centreSettings: CentreSettingsStore;
  let flows: FlowStore;
  beforeEach(async () => {
    centreSettings = new MemoryTenantCollection(centreSettingsCollection);
    const audio = new MemoryTenantCollection(audioCollection);
    flows = new MemoryTenantCollection(flowCollection);
    api = await createTestApi({
      operations: (core) => contactCentreOperations({ ...core, centreSettings, audio, flows }),
    });
  });
  afterEach(() => api.close());

  const path = '/v1/contact-centre';
  const as = (tenant: TestTenant) => supertest.agent(api.server).set('Authorization', tenant.authorization);

  it('are the defaults until they are changed, each account its own', async () => {
    const other = await api.newTenant();
    expect((await as(api.tenant).get(path).expect(200)).body).toMatchObject({ revision: 0, statusOnline: 'free' });
    const { body: changed } = await as(api.tenant)
      .patch(path)
      .send({ statusOnline: 'notReady', ringTimeoutSeconds: null, timeZone: 'Asia/Shanghai' })
      .expect(200);
    expect(changed).toMatchObject({ revision: 1, statusOnline: 'notReady', ringTimeoutSeconds: null });
    const { body: again } = await as(api.tenant).patch(path).send({ afterCallWorkSeconds: 0 }).expect(200);
    expect(again).toEqual({ ...changed, revision: 2, afterCallWorkSeconds: 0 });
    expect((await as(api.tenant).get(path).expect(200)).body).toEqual(again);
    expect((await as(other).get(path).expect(200)).body).toMatchObject({ revision: 0, statusOnline: 'free' });
  });

  it('show where the company’s own systems are to nobody who may not set that', async () => {
    const premium = await api.newTenant({ edition: 'premium' });
    const mapping = { url: 'https://crm.example/map?key=secret', username: 'u', password: 'p' };
    const settings = {
      wecomTaskUrl: 'https://crm.example/tasks?key=secret',
      numberProtection: { inbound: 'map', outbound: 'map', mapping },
    };
    expect((await as(premium).patch(path).send(settings).expect(200)).text).toContain('key=secret');
    const { secret } = await createApiKey(api.accountDeps, premium.account.id, null, {
      name: 'reader',
      scopes: ['contact-centre:read'],
    });
    const { body, text } = await supertest(api.server).get(path).set('Authorization', `Bearer ${secret}`).expect(200);
    expect(text).not.toContain('crm.example');
    expect(body).toMatchObject({ wecomTaskUrl: null, numberProtection: { inbound: 'map', mapping: null } });
  });

  it.each(['surveyFlowId', 'inboundSurveyFlowId'])(
    'OUTSET-05 name a flow of the account, or none, as %s',
    async (field) => {
      const flowId = `FL${'1'.repeat(32)}`;
      const { body } = await as(api.tenant)
        .patch(path)
        .send({ [field]: flowId })
        .expect(400);
      expect(body.errors).toMatchObject([{ pointer: `/${field}` }]);
      const { account } = api.tenant;
      const at = new Date(0).toISOString();
      await flows.insert({
        id: flowId,
        accountId: account.id,
        revision: 1,
        createdAt: at,
        updatedAt: at,
        name: 'Survey',
        description: '',
      } as unknown as Flow);
      const named = await as(api.tenant)
        .patch(path)
        .send({ [field]: flowId })
        .expect(200);
      expect(named.body).toMatchObject({ [field]: flowId });
      const none = await as(api.tenant)
        .patch(path)
        .send({ [field]: null })
        .expect(200);
      expect(none.body).toMatchObject({ [field]: null });
      const other = await api.newTenant();
      await as(other)
        .patch(path)
        .send({ [field]: flowId })
        .expect(400);
    },
  );

  it('keep both of two first changes at the same moment', async () => {
    const change = (body: object) => as(api.tenant).patch(path).send(body).expect(200);
    await Promise.all([change({ automaticAnswer: true }), change({ afterMissedOffer: 'rest' })]);
    expect((await as(api.tenant).get(path)).body).toMatchObject({ automaticAnswer: true, afterMissedOffer: 'rest' });
  });

  it.each([
    [{ timeZone: 'Mars/Olympus' }, '/timeZone'],
    [{ holdAudioId: 'AU0192f0c1a2b37c3d8e4f5a6b7c8d9e0f' }, '/holdAudioId'],
    [
      {
        restReasons: [
          { name: 'tea', enabled: true },
          { name: 'tea', enabled: false },
        ],
      },
      '/restReasons/1/name',
    ],
    [{ numberProtection: { inbound: 'map', outbound: 'off' } }, '/numberProtection/mapping'],
    [{ ringTimeoutSeconds: 1 }, '/ringTimeoutSeconds'],
  ])('refuse %j', async (change, pointer) => {
    const { body } = await as(api.tenant).patch(path).send(change).expect(400);
    expect(body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
    expect(await centreSettings.count(api.tenant.account.id)).toBe(0);
  });

  const mapping = { url: 'https://crm.example.com/map', username: 'hookswitch', password: 'hidden' };
  it.each([
    { callerIdRule: 'sameArea' },
    { outboundMemory: 'preferred' },
    { numberProtection: { inbound: 'map', outbound: 'off', mapping } },
  ])('need the premium edition for %j', async (change) => {
    const standard = await api.newTenant({ edition: 'standard' });
    const premium = await api.newTenant({ edition: 'premium' });
    expect((await as(standard).patch(path).send(change).expect(403)).body.code).toBe('edition-required');
    await as(premium).patch(path).send(change).expect(200);
  });

  it("never show the mapping's password and keep it sealed", async () => {
    const premium = await api.newTenant({ edition: 'premium' });
    const protection = { inbound: 'map', outbound: 'off' };
    const { text } = await as(premium)
      .patch(path)
      .send({ numberProtection: { ...protection, mapping } })
      .expect(200);
    expect(text).not.toContain('hidden');
    expect(JSON.stringify(await centreSettings.list(premium.account.id, {}))).not.toContain('hidden');
    const { body } = await as(premium).patch(path).send({ numberProtection: protection }).expect(200);
    expect(body.numberProtection.mapping).toEqual({ url: mapping.url, username: mapping.username });
  });

  it('have what came later, also where they were stored before', async () => {
    const { id } = api.tenant.account;
    const { outboundMemorySeconds: _, ...earlier } = defaultCentreSettings;
    const at = new Date(0).toISOString();
    await centreSettings.insert({
      id,
      accountId: id,
      ...earlier,
      createdAt: at,
      updatedAt: at,
    } as CentreSettingsRecord);
    expect((await as(api.tenant).get(path).expect(200)).body.outboundMemorySeconds).toBe(259_200);
    const { body } = await as(api.tenant).patch(path).send({ automaticAnswer: true }).expect(200);
    expect(body.outboundMemorySeconds).toBe(259_200);
    await as(api.tenant).patch(path).send({ outboundMemorySeconds: 60 }).expect(200);
    expect((await centreSettingsReader(centreSettings, api.clock, 1000)(id)).outboundMemorySeconds).toBe(60);
  });

  it('are seen by whoever routes within a second', async () => {
    const settingsOf = centreSettingsReader(centreSettings, api.clock, 1000);
    expect((await settingsOf(api.tenant.account.id)).automaticAnswer).toBe(false);
    await as(api.tenant).patch(path).send({ automaticAnswer: true }).expect(200);
    api.clock.advance(1000);
    expect((await settingsOf(api.tenant.account.id)).automaticAnswer).toBe(true);
  });
});
