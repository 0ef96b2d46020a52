import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callbackRequestCollection } from '../../callback-requests/index.js';
import { defaultCentreSettings } from '../../contact-centre/index.js';
import { type Contact, MemoryContactStore, type NewContact } from '../../contacts/index.js';
import { MemoryTenantCollection } from '../../store/memory-tenant-collection.js';
import { createTestApi, type TestApi } from '../../test-api/create-test-api.fixture.js';
import { testPeople } from '../../test-api/test-people.fixture.js';
import type { PlaceContact } from '../call-out-request.js';
import { callOutOperations } from './index.js';

describe('calling out over HTTP', () => {
  let api: TestApi;
  let people: ReturnType<typeof testPeople>;
  let contacts: MemoryContactStore;
  const placed: PlaceContact[] = [];
  beforeEach(async () => {
    placed.length = 0;
    api = await createTestApi({
      operations: (core) => {
        people = testPeople(core);
        contacts = new MemoryContactStore(core);
        return {
          ...people.operations,
          ...callOutOperations({
            contacts,
            agents: people.agents,
            placer: {
              async place(request) {
                placed.push(request);
                return contacts.insert(outbound({ id: request.contactId, status: 'ringing' }), []);
              },
            },
            settingsOf: async (accountId) => ({
              accountId,
              ...defaultCentreSettings,
              numberProtection: { inbound: 'mask', outbound: 'mask' },
            }),
            callbackRequests: new MemoryTenantCollection(callbackRequestCollection),
            clock: core.clock,
            newId: core.newId,
          }),
        };
      },
      authenticator: (keys) => people.authenticator(keys),
    });
  });
  afterEach(() => api.close());

  const outbound = (more: Partial<Contact>): NewContact => ({
    id: `CN${'1'.repeat(32)}`,
    accountId: api.tenant.account.id,
    nodeId: 'node-1',
    direction: 'outbound',
    customer: '+8613812345678',
    line: '+861012345678',
    status: 'finished',
    startedAt: 0,
    participants: [],
    keys: [],
    trail: [],
    recordingIds: [],
    ...more,
  });
  const http = () => supertest.agent(api.server).set('Authorization', api.tenant.authorization);
  const addAgent = async (name: string) => {
    const body = { agents: [{ email: `${name}@example.com`, name, staffNumber: name }] };
    return (await http().post('/v1/agents').send(body).expect(200)).body.agents[0].id as string;
  };
  const logIn = async (id: string) => {
    const { body } = await http().post(`/v1/agents/${id}/tokens`).send({}).expect(201);
    const login = await supertest(api.server).post('/v1/agent-sessions').send({ token: body.token }).expect(201);
    return supertest.agent(api.server).set('Authorization', `Bearer ${login.body.accessToken}`);
  };

  it('SOFTOUT-02 hands the request on and answers the contact: whole to a program, masked to the agent', async () => {
    const agentId = await addAgent('ann');
    const request = { to: ' 138 ', phoneEncodeType: 'number', uui: 'u', remark: 'r', automaticAnswer: true };
    const { body, headers } = await http().post(`/v1/agents/${agentId}/calls`).send(request).expect(201);
    expect(body.customer).toBe('+8613812345678');
    expect(headers.location).toBe(`/v1/contacts/${body.id}`);
    expect(placed).toEqual([
      {
        contactId: body.id,
        accountId: api.tenant.account.id,
        agentId,
        to: { kind: 'typed', text: '138', real: true },
        automatic: true,
        uui: 'u',
        remark: 'r',
        miniProgram: false,
      },
    ]);
    const own = await (await logIn(agentId)).post(`/v1/agents/${agentId}/calls`).send({ to: '138' }).expect(201);
    expect(own.body.customer).toBe('+86138****5678');
  });

  it('SOFTOUT-02 takes 1,024 bytes of uui and no more, counted in UTF-8', async () => {
    const agentId = await addAgent('ann');
    const call = (uui: string) => http().post(`/v1/agents/${agentId}/calls`).send({ to: '138', uui });
    await call('ä'.repeat(512)).expect(201);
    expect((await call('ä'.repeat(513)).expect(400)).body.errors).toMatchObject([{ pointer: '/uui' }]);
  });

  it('refuses a group that the agent is not in, an agent that does not exist, and another agent’s session', async () => {
    const [ann, bob] = [await addAgent('ann'), await addAgent('bob')];
    const group = { to: '138', skillGroupId: `SG${'0'.repeat(32)}` };
    const refused = await http().post(`/v1/agents/${ann}/calls`).send(group).expect(400);
    expect(refused.body.errors).toMatchObject([{ pointer: '/skillGroupId' }]);
    await http()
      .post(`/v1/agents/AG${'0'.repeat(32)}/calls`)
      .send({ to: '138' })
      .expect(404);
    await (await logIn(bob)).post(`/v1/agents/${ann}/calls`).send({ to: '138' }).expect(403);
    expect(placed).toEqual([]);
  });

  it('SOFTOUT-04 a mini-program needs the premium edition', async () => {
    const agentId = await addAgent('ann');
    const body = { to: '138', participantType: 'miniProgramSeat' };
    expect((await http().post(`/v1/agents/${agentId}/calls`).send(body).expect(403)).body.code).toBe(
      'edition-required',
    );
  });

  it('AGENT-04 calls a colleague', async () => {
    const [ann, bob] = [await addAgent('ann'), await addAgent('bob')];
    await http().post(`/v1/agents/${ann}/internal-calls`).send({ to: bob, useMobile: true }).expect(201);
    expect(placed).toMatchObject([{ agentId: ann, to: { kind: 'colleague', agentId: bob, useMobile: true } }]);
  });

  it('SOFTIN-14 redials for the agent who took part, with the number that it may not see', async () => {
    const agentId = await addAgent('ann');
    const took = { sequence: 1, type: 'staffSeat', agentId, startedAt: 0, heldMs: 0 } as const;
    const { id } = await contacts.insert(outbound({ participants: [took], protectedCustomer: 'u1' }), []);
    const session = await logIn(agentId);
    const { body } = await session.post(`/v1/contacts/${id}/redial`).send({}).expect(201);
    expect(body.customer).toBe('+86138****5678');
    expect(placed).toMatchObject([
      { agentId, to: { kind: 'known', number: '+8613812345678', protectedId: 'u1' }, contactId: body.id },
    ]);
    await http().post(`/v1/contacts/${id}/redial`).send({}).expect(201);
    expect(placed[1]).toMatchObject({ agentId });
  });

  it('SOFTIN-14 redials only what is over, and what had a customer', async () => {
    const agentId = await addAgent('ann');
    const cases = [outbound({ status: 'inProgress' }), outbound({ direction: 'internal', id: `CN${'2'.repeat(32)}` })];
    for (const contact of cases) {
      await contacts.insert(contact, []);
      const { body } = await http().post(`/v1/contacts/${contact.id}/redial`).send({ agentId }).expect(409);
      expect(body.code).toBe('contact-act-not-possible');
    }
    await http()
      .post(`/v1/contacts/CN${'3'.repeat(32)}/redial`)
      .send({ agentId })
      .expect(404);
    expect(placed).toEqual([]);
  });
});
