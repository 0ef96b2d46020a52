import { writeWav } from '@hookswitch/api/audio/index';
import { createTestApi, type TestApi, type TestTenant } from '@hookswitch/api/test-api/create-test-api.fixture';
import supertest from 'supertest';
import { type Maker, tenancyContract } from '../tenancy.contract.js';
import { WholeApi } from '../whole-api.fixture.js';

interface Answer {
  readonly id: string;
  readonly account: { readonly id: string };
  readonly apiKey: { readonly id: string };
  readonly endpoint: { readonly id: string };
  readonly webhookEndpoint: { readonly id: string };
}

let serial = 0;
/** The flow that was made last: the next version is of it. */
let lastFlowId = '';

/** Posts what `body` gives, which may need a running number to be unique, and picks the id out of the answer. */
function post(path: string, body: (serial: number) => object, pick: (answer: Answer) => string): Maker {
  return async (tenant, api) => {
    const answer = await supertest(api.server)
      .post(path)
      .set('Authorization', tenant.authorization)
      .send(body(++serial))
      .expect(201);
    return pick(answer.body);
  };
}

let whole: WholeApi;

async function makeWholeApi(): Promise<TestApi> {
  return createTestApi({
    edition: 'premium',
    operations: (core) => {
      whole = new WholeApi(core);
      return whole.operations;
    },
  });
}

async function addAgent(tenant: TestTenant, api: TestApi): Promise<string> {
  const n = ++serial;
  const answer = await supertest(api.server)
    .post('/v1/agents')
    .set('Authorization', tenant.authorization)
    .send({ agents: [{ email: `agent-${n}@example.com`, name: 'Agent', staffNumber: `${n}` }] })
    .expect(200);
  const { id } = answer.body.agents[0];
  await supertest(api.server)
    .post(`/v1/agents/${id}/status`)
    .set('Authorization', tenant.authorization)
    .send({ status: 'online' })
    .expect(200);
  return id;
}

/** An agent has a session of each log-in; it is never reached under a stranger's key. */
async function logAgentIn(tenant: TestTenant, api: TestApi): Promise<string> {
  const agentId = await addAgent(tenant, api);
  const minted = await supertest(api.server)
    .post(`/v1/agents/${agentId}/tokens`)
    .set('Authorization', tenant.authorization)
    .expect(201);
  const { token } = minted.body;
  api.clock.advance(1000);
  return (await supertest(api.server).post('/v1/agent-sessions').send({ token }).expect(201)).body.session.id;
}

async function uploadAudio(tenant: TestTenant, api: TestApi): Promise<string> {
  const answer = await supertest(api.server)
    .post('/v1/audio')
    .set({ Authorization: tenant.authorization, 'Content-Type': 'audio/wav' })
    .send(writeWav({ samples: new Int16Array(800), sampleRate: 8000 }))
    .expect(201);
  return answer.body.id;
}

tenancyContract('the whole API', {
  make: makeWholeApi,
  features: 'all',
  makers: {
    accountId: post(
      '/v1/accounts',
      () => ({ name: 'Branch' }),
      ({ account }) => account.id,
    ),
    apiKeyId: post(
      '/v1/api-keys',
      () => ({ name: 'key' }),
      ({ apiKey }) => apiKey.id,
    ),
    applicationId: post(
      '/v1/applications',
      () => ({ name: 'Menu', scriptUrl: 'https://example.com/voice' }),
      ({ id }) => id,
    ),
    numberId: post(
      '/v1/numbers',
      (n) => ({ number: `+1415555${String(n).padStart(4, '0')}` }),
      ({ id }) => id,
    ),
    numberGroupId: post(
      '/v1/number-groups',
      (n) => ({ name: `Numbers ${n}` }),
      ({ id }) => id,
    ),
    numberApplicationId: post(
      '/v1/number-applications',
      () => ({ kind: 'landline', area: 'Shenzhen', usage: 'Service' }),
      ({ id }) => id,
    ),
    blacklistEntryId: post(
      '/v1/blacklist',
      (n) => ({ number: `+1415556${String(n).padStart(4, '0')}` }),
      ({ id }) => id,
    ),
    sipBanId: post(
      '/v1/sip-bans',
      (n) => ({ network: `2001:db8::${n.toString(16)}` }),
      ({ id }) => id,
    ),
    digitTemplateId: post(
      '/v1/digit-templates',
      (n) => ({ name: `Template ${n}`, prompt: { text: 'Digits, please.' }, digits: 4 }),
      ({ id }) => id,
    ),
    flowId: post(
      '/v1/flows',
      (n) => ({ name: `Flow ${n}` }),
      ({ id }) => (lastFlowId = id),
    ),
    flowVersionNumber: async (tenant, api) => {
      const number = `31415.${++serial}`;
      await post(
        `/v1/flows/${lastFlowId}/versions`,
        () => ({ number }),
        () => number,
      )(tenant, api);
      return number;
    },
    wecomTaskId: post(
      '/v1/wecom-tasks',
      () => ({ member: 'zhang.san', number: '+8613812345678' }),
      ({ id }) => id,
    ),
    nodeId: () => whole.node(),
    relayId: () => whole.relay(),
    callbackRequestId: (tenant) => whole.callbackRequest(tenant),
    internalMessageId: (tenant) => whole.picture(tenant),
    trunkId: post(
      '/v1/trunks',
      (n) => ({ name: 'Carrier', inbound: { addresses: [`192.0.2.${n % 250}`] } }),
      ({ id }) => id,
    ),
    endpointId: post(
      '/v1/endpoints',
      (n) => ({ username: `phone-${n}` }),
      ({ endpoint }) => endpoint.id,
    ),
    agentId: addAgent,
    agentSessionId: logAgentIn,
    roleId: post(
      '/v1/roles',
      (n) => ({ name: `Role ${n}` }),
      ({ id }) => id,
    ),
    skillGroupId: post(
      '/v1/skill-groups',
      (n) => ({ name: `Group ${n}` }),
      ({ id }) => id,
    ),
    // A phone of this account that is registered has one; it is never reached under a stranger's key.
    registrationId: async () => `RG${'1'.repeat(32)}`,
    webhookEndpointId: post(
      '/v1/webhook-endpoints',
      () => ({ url: 'https://example.com/hooks' }),
      ({ webhookEndpoint }) => webhookEndpoint.id,
    ),
    audioId: uploadAudio,
    callId: (tenant) => whole.call(tenant),
    contactId: (tenant) => whole.contact(tenant),
    conferenceId: (tenant) => whole.conference(tenant),
    recordingId: (tenant) => whole.recording(tenant),
    eventId: (tenant) => whole.event(tenant),
  },
});
