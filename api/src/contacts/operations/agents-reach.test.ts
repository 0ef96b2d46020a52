import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { blacklistEntryOperations } from '../../blacklist/index.js';
import { type CentreSettingsOf, defaultCentreSettings } from '../../contact-centre/index.js';
import { digitTemplateCollection } from '../../digit-templates/index.js';
import { flowCollection } from '../../flows/index.js';
import { MemoryTenantCollection } from '../../store/memory-tenant-collection.js';
import { createTestApi, type TestApi } from '../../test-api/create-test-api.fixture.js';
import { testPeople } from '../../test-api/test-people.fixture.js';
import { testResources } from '../../test-api/test-resources.fixture.js';
import type { ContactRequest } from '../contact-control.js';
import { MemoryContactStore } from '../memory-contact-store.js';
import { contactOperations } from './index.js';

const customer = '+8613812345678';

const settingsOf: CentreSettingsOf = async (accountId) => ({
  accountId,
  ...defaultCentreSettings,
  numberProtection: { inbound: 'mask', outbound: 'mask' },
});

describe('what an agent reaches of contacts', () => {
  let api: TestApi;
  let contacts: MemoryContactStore;
  const asked: ContactRequest['act'][] = [];
  beforeEach(async () => {
    asked.length = 0;
    let people: ReturnType<typeof testPeople>;
    api = await createTestApi({
      operations: (core) => {
        people = testPeople(core);
        contacts = new MemoryContactStore(core);
        const resources = testResources(core);
        return {
          ...resources.operations,
          ...people.operations,
          ...contactOperations({
            contacts,
            contactControl: {
              async act({ accountId, contactId, act }) {
                asked.push(act);
                return (await contacts.get(accountId, contactId))!;
              },
            },
            agents: people.agents,
            applications: resources.applications,
            flowRecords: new MemoryTenantCollection(flowCollection),
            flows: { find: async () => Promise.reject(new Error('no flows here')) },
            digitTemplates: new MemoryTenantCollection(digitTemplateCollection),
            blacklist: { ...core, blacklist: resources.blacklist, numbers: resources.numbers },
            settingsOf,
          }),
          ...blacklistEntryOperations({ ...core, ...resources, centreSettingsOf: settingsOf }),
        };
      },
      authenticator: (keys) => people.authenticator(keys),
    });
  });
  afterEach(() => api.close());

  const http = () => supertest.agent(api.server).set('Authorization', api.tenant.authorization);
  const addAgent = async (name: string, role = 'agent') => {
    const body = { agents: [{ email: `${name}@example.com`, name, staffNumber: name, role }] };
    const id = (await http().post('/v1/agents').send(body).expect(200)).body.agents[0].id as string;
    const { body: minted } = await http().post(`/v1/agents/${id}/tokens`).send({}).expect(201);
    const login = await supertest(api.server).post('/v1/agent-sessions').send({ token: minted.token }).expect(201);
    return { id, http: () => supertest.agent(api.server).set('Authorization', `Bearer ${login.body.accessToken}`) };
  };
  const talkOf = async (agentId: string) => {
    const contact = {
      id: `CN${'1'.repeat(32)}`,
      accountId: api.tenant.account.id,
      nodeId: 'node-1',
      direction: 'inbound',
      customer,
      line: '+861012345678',
      status: 'inProgress',
      startedAt: 0,
      participants: [{ sequence: 1, type: 'staffSeat', agentId, startedAt: 0, heldMs: 0 }],
      keys: [],
      trail: [],
      recordingIds: [],
    } as const;
    return (await contacts.insert(contact, [])).id;
  };

  it('is no script of its own, which would be told the masked number: only those of the account', async () => {
    const ann = await addAgent('ann');
    const path = `/v1/contacts/${await talkOf(ann.id)}/script`;
    const own = { scriptUrl: 'https://anns-laptop.example/' };
    const { body } = await ann.http().post(path).send(own).expect(400);
    expect(body.errors).toMatchObject([{ pointer: '/scriptUrl' }]);
    expect(asked).toEqual([]);
    const company = { scriptUrl: 'https://ivr.example/self-service' };
    await http()
      .post('/v1/applications')
      .send({ name: 'Self service', ...company })
      .expect(201);
    await ann.http().post(path).send(company).expect(200);
    await http()
      .post(path)
      .send({ ...own, agentId: ann.id })
      .expect(200);
    await (await addAgent('sue', 'supervisor'))
      .http()
      .post(path)
      .send({ ...own, agentId: ann.id })
      .expect(200);
    expect(asked.map((act) => act.kind)).toEqual(['runScript', 'runScript', 'runScript']);
  });

  it('is no answer to a guess at a masked number: neither as a caller id nor for the blacklist', async () => {
    const ann = await addAgent('ann');
    const contactId = await talkOf(ann.id);
    await http().post('/v1/numbers').send({ number: '+861012345678' }).expect(201);
    const invite = (callerId: string) =>
      ann
        .http()
        .post(`/v1/contacts/${contactId}/invite`)
        .send({ to: { type: 'number', number: '+8613900000000', callerId } });
    const [right, wrong] = [await invite(customer), await invite('+8613800000000')];
    expect([right.status, right.body.errors]).toEqual([400, wrong.body.errors]);
    await invite('+861012345678').expect(200);
    await ann.http().post(`/v1/contacts/${contactId}/blacklist`).send({}).expect(204);
    const guess = (number: string) => ann.http().post('/v1/blacklist').send({ number });
    expect([(await guess(customer)).status, (await guess('+8613800000000')).status]).toEqual([403, 403]);
    await http().post('/v1/blacklist').send({ number: customer }).expect(409);
  });

  it('is neither a colleague’s contact nor who called, whatever it asks', async () => {
    const [ann, bob] = [await addAgent('ann'), await addAgent('bob')];
    const contactId = await talkOf(ann.id);
    for (const act of ['accept', 'hang-up', 'hold', 'mute', 'recording', 'transfer', 'script', 'play', 'blacklist']) {
      const body = { recording: { status: 'stopped' }, transfer: { to: { type: 'agent', agentId: bob.id } } }[act];
      const more = { script: { scriptUrl: 'https://a.example/' }, play: { url: 'https://a.example/a.wav' } }[act];
      const { status } = await bob
        .http()
        .post(`/v1/contacts/${contactId}/${act}`)
        .send({ ...body, ...more });
      expect([act, status]).toEqual([act, act === 'script' ? 400 : 404]);
    }
    await bob.http().get(`/v1/contacts/${contactId}`).expect(404);
    await bob.http().get(`/v1/contacts/${contactId}/trail`).expect(404);
    await bob.http().post(`/v1/contacts/${contactId}/mute`).send({ agentId: ann.id }).expect(404);
    expect(asked).toEqual([]);
    await ann.http().get('/v1/contacts').query({ customer }).expect(400);
    for (const { text } of [
      await ann.http().get('/v1/contacts').expect(200),
      await ann.http().get(`/v1/contacts/${contactId}`).expect(200),
      await ann.http().post(`/v1/contacts/${contactId}/mute`).send({}).expect(200),
    ])
      expect(text).not.toContain(customer.slice(4));
  });
});
