import { readDocument } from '@hookswitch/openapi/document';
import { type OperationEntry, type OperationId, operationTable } from '@hookswitch/openapi/operations';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient } from '../installation/api-client.js';
import { toneWav, useWorld } from '../journeys/world.js';
import { KamailioEdge } from '../peers/kamailio-edge.js';

// Bans are an edge's; no call of these goes through it, nor through a relay, which need not answer to be known.
const edge = await KamailioEdge.reserve();
beforeAll(() => edge.start());
const on = useWorld({
  name: 'http_tenants',
  redisDatabase: 91,
  settings: { EDGE_KAMAILIO_RPC: edge.rpcUrl, RTPENGINES: '127.0.0.1:9' },
});
afterAll(() => edge.stop());
const document = readDocument();
const operations = Object.entries(operationTable) as [OperationId, OperationEntry][];

interface Tenant {
  readonly id: string;
  readonly key: string;
  readonly api: ApiClient;
}

interface NewKey {
  readonly apiKey: { readonly id: string };
  readonly key: string;
}

async function newTenant(name: string): Promise<Tenant> {
  const { account } = await on.world.api.post<{ account: { id: string } }>('/v1/accounts', { name });
  const { key } = await on.world.api.do<NewKey>('POST', '/v1/api-keys', { name }, { 'Hookswitch-Account': account.id });
  return { id: account.id, key, api: new ApiClient(on.world.api.baseUrl, key) };
}

/** Something of each kind that the first account has, by path parameter, after a real recorded call. */
async function ofTheFirstAccount(): Promise<Map<string, string>> {
  const { world } = on;
  const { api } = world;
  const action = world.script([{ verb: 'hangup' }], 'recorded');
  const line = await world.line([
    { verb: 'conference', name: 'theirs', timeLimit: 1 },
    { verb: 'record', maxLength: 1, timeout: 0, action },
  ]);
  const call = await world.call(line);
  await call.ended;
  const callId = await world.callId(line.path);
  await world.cdr(callId);
  const recording = await world.event('recording.available');
  const audio = await fetch(`${api.baseUrl}/v1/audio`, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.firstAccount.apiKey}`, 'content-type': 'audio/wav' },
    body: new Uint8Array(toneWav('prompt', 1)),
  });
  const { endpoint, password } = await api.post<{ endpoint: { id: string }; password: string }>('/v1/endpoints', {
    username: 'theirs',
  });
  expect((await (await world.phone({ user: 'theirs', password })).register()).status).toBe(200);
  const [registration] = (await api.get<{ items: { id: string }[] }>(`/v1/endpoints/${endpoint.id}/registrations`))
    .items;
  const [number] = (await api.get<{ items: { id: string }[] }>('/v1/numbers')).items;
  const [trunk] = (await api.get<{ items: { id: string }[] }>('/v1/trunks')).items;
  const [conference] = (await api.get<{ items: { id: string }[] }>('/v1/conferences')).items;
  const [node] = (await api.get<{ items: { id: string }[] }>('/v1/nodes')).items;
  const [relay] = (await api.get<{ items: { id: string }[] }>('/v1/relays')).items;
  const made = new Map<string, string>();
  await api.patch('/v1/contact-centre', { wecomTaskUrl: world.backend.url(world.script([], 'wecom')) });
  for (const [parameter, operation, body] of makers) made.set(parameter, await madeBy(operation, body));
  return new Map([
    ...made,
    ['agentSessionId', await logAgentIn(made.get('agentId')!)],
    ['contactId', await queueSomebody(made.get('skillGroupId')!)],
    ['callbackRequestId', await askForCallback(made.get('skillGroupId')!)],
    ['internalMessageId', await sendPicture(made.get('agentId')!)],
    ['flowVersionNumber', await publish(made.get('flowId')!)],
    ['accountId', world.firstAccount.accountId],
    ['apiKeyId', (await api.post<NewKey>('/v1/api-keys', { name: 'theirs' })).apiKey.id],
    ['applicationId', line.applicationId],
    ['audioId', ((await audio.json()) as { id: string }).id],
    ['callId', callId],
    ['conferenceId', conference!.id],
    ['recordingId', (recording.data.recording as { id: string }).id],
    ['eventId', recording.id],
    ['endpointId', endpoint.id],
    ['registrationId', registration!.id],
    ['numberId', number!.id],
    ['nodeId', node!.id],
    ['relayId', relay!.id],
    ['trunkId', trunk!.id],
    ['webhookEndpointId', world.webhookEndpointId],
  ]);
}

/** The id of a session of this agent's. */
async function logAgentIn(agentId: string): Promise<string> {
  const { api } = on.world;
  const { token } = await api.post<{ token: string }>(`/v1/agents/${agentId}/tokens`);
  return (await api.post<{ session: { id: string } }>('/v1/agent-sessions', { token })).session.id;
}

/** A contact of somebody who waits in that group. */
async function queueSomebody(skillGroup: string): Promise<string> {
  const { world } = on;
  await world.call(await world.line([{ verb: 'enqueue', skillGroup }]));
  return world.eventually('a contact', async () => {
    const { items } = await world.api.get<{ items: { id: string }[] }>('/v1/contacts');
    return items[0]?.id;
  });
}

/** The number of a version of that flow, which stands in nobody else's answers by chance. */
async function publish(flowId: string): Promise<string> {
  const number = '31415.92653';
  await on.world.api.post(`/v1/flows/${flowId}/versions`, { number });
  return number;
}

async function askForCallback(skillGroupId: string): Promise<string> {
  const asked = { number: '+14155550100', skillGroupId };
  return (await on.world.api.post<{ id: string }>('/v1/callback-requests', asked)).id;
}

/** A message with a picture to another agent. */
async function sendPicture(agentId: string): Promise<string> {
  const { world } = on;
  const agents = [{ email: 'ben@example.com', name: 'Ben', staffNumber: '2000' }];
  await world.api.post('/v1/agents', { agents });
  const sent = await fetch(`${world.api.baseUrl}/v1/agents/${agentId}/message-pictures?to=ben@example.com`, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.firstAccount.apiKey}`, 'content-type': 'image/gif' },
    body: 'GIF89a',
  });
  return ((await sent.json()) as { id: string }).id;
}

/** The whole of an answer; of events without end those that come first. */
async function textOf(answer: Response): Promise<string> {
  if (!answer.headers.get('content-type')?.startsWith('text/event-stream')) return answer.text();
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  const { value } = await reader.read();
  await reader.cancel();
  return value ?? '';
}

/** What exists once its operation was sent this, or else its example, by path parameter. */
const makers: readonly (readonly [parameter: string, OperationId, body?: object])[] = [
  ['agentId', 'createAgents'],
  ['skillGroupId', 'createSkillGroup'],
  ['blacklistEntryId', 'createBlacklistEntry'],
  ['sipBanId', 'createSipBan'],
  ['digitTemplateId', 'createDigitTemplate'],
  ['flowId', 'createFlow'],
  ['numberApplicationId', 'createNumberApplication'],
  ['numberGroupId', 'createNumberGroup'],
  ['roleId', 'createRole'],
  ['wecomTaskId', 'createWecomTask', { member: 'zhang.san', number: '+14155550100' }],
];

async function madeBy(operation: OperationId, body?: object): Promise<string> {
  const entry = operationTable[operation] as OperationEntry;
  // Settings count within a second.
  return on.world.eventually(`${operation} to make something`, async () => {
    const reply = await on.world.api.request<object>(entry.method.toUpperCase(), entry.path, body ?? exampleOf(entry));
    return /"id":"([^"]+)"/.exec(JSON.stringify(reply.body))?.[1];
  });
}

function exampleOf(entry: OperationEntry): unknown {
  const operation = document.paths[entry.path]![entry.method] as {
    requestBody: { content: Record<string, { example: unknown }> };
  };
  return operation.requestBody.content['application/json']!.example;
}

describe('a stranger with an account of their own', () => {
  let ids: Map<string, string>;
  let stranger: Tenant;
  beforeAll(async () => {
    ids = await ofTheFirstAccount();
    stranger = await newTenant('Stranger');
  });

  const withIds = operations.filter(([, { pathParameters }]) => pathParameters.length > 0);
  it.each(withIds)('gets 404 from %s for what another account really has', async (_id, entry) => {
    const path = entry.path.replace(/\{(\w+)\}/g, (_, name: string) => {
      const id = ids.get(name);
      if (id === undefined) throw new Error(`there is nothing for ${name}; add it to ofTheFirstAccount`);
      return id;
    });
    const answer = await fetch(`${on.world.api.baseUrl}${path}`, {
      method: entry.method.toUpperCase(),
      headers: {
        authorization: `Bearer ${stranger.key}`,
        ...(entry.body === 'none' ? {} : { 'content-type': entry.contentTypes[0]! }),
      },
      ...(entry.body === 'json' && { body: JSON.stringify(exampleOf(entry)) }),
      ...(entry.body === 'binary' && { body: new Uint8Array(64) }),
    });
    const { code } = (await answer.json()) as { code: string };
    expect([answer.status, code]).toEqual([404, 'resource-not-found']);
    if (entry.method === 'get') {
      const own = await fetch(`${on.world.api.baseUrl}${path}`, owner());
      expect(own.status).toBe(200);
      await own.body?.cancel();
    }
  });

  const owner = () => ({ headers: { authorization: `Bearer ${on.world.firstAccount.apiKey}` } });

  const overviews = operations.filter(
    ([, { method, pathParameters }]) => method === 'get' && pathParameters.length === 0,
  );
  it.each(overviews)('sees nothing of another account in %s', async (_id, entry) => {
    const theirs = await fetch(`${on.world.api.baseUrl}${entry.path}`, {
      headers: { authorization: `Bearer ${stranger.key}` },
    });
    const text = await textOf(theirs);
    expect(theirs.status).toBe(200);
    // The audit trail holds the stranger's own requests, and so what they asked for in vain.
    const asked = [...text.matchAll(/"resourceId":"([^"]*)"/g)].map((match) => match[1]!).join(' ');
    for (const id of ids.values()) if (!asked.includes(id)) expect(text).not.toContain(id);
  });

  it.each([
    ['the parent', () => on.world.firstAccount.accountId],
    ['nobody', () => `AC${'0'.repeat(32)}`],
    ['something odd', () => '__proto__'],
  ])('cannot act for %s', async (_who, id) => {
    const headers = { 'Hookswitch-Account': id() };
    expect((await stranger.api.request('GET', '/v1/calls', undefined, headers)).status).toBe(404);
    expect((await stranger.api.request('POST', '/v1/api-keys', { name: 'x' }, headers)).status).toBe(404);
  });

  it('cannot act for a sibling, lift its own caps above its parent’s, or make itself active', async () => {
    const sibling = await newTenant('Sibling');
    const headers = { 'Hookswitch-Account': sibling.id };
    expect((await stranger.api.request('GET', '/v1/calls', undefined, headers)).status).toBe(404);
    const raise = await stranger.api.request('PATCH', `/v1/accounts/${stranger.id}`, {
      limits: { concurrentCalls: 99_999 },
    });
    expect([400, 403]).toContain(raise.status);
    const activate = await stranger.api.request('PATCH', `/v1/accounts/${stranger.id}`, { status: 'active' });
    expect(activate.status).toBe(403);
  });

  it('cannot get rights by a key with fewer: not by a new key, by changing one, or by another’s Idempotency-Key', async () => {
    const { api } = stranger;
    const few = await api.post<NewKey>('/v1/api-keys', { name: 'few', scopes: ['keys:write', 'keys:read'] });
    const thief = new ApiClient(api.baseUrl, few.key);
    const once = { 'Idempotency-Key': 'make-a-key' };
    expect((await api.request('POST', '/v1/api-keys', { name: 'all' }, once)).status).toBe(201);
    const replies = [
      await thief.request('POST', '/v1/api-keys', { name: 'all', scopes: ['*'] }),
      await thief.request('PATCH', `/v1/api-keys/${few.apiKey.id}`, { scopes: ['*'] }),
      await thief.request('POST', '/v1/api-keys', { name: 'all' }, once),
      await thief.request('GET', '/v1/calls'),
    ];
    expect(replies.map(({ status }) => status)).toEqual([403, 403, 422, 403]);
    expect(JSON.stringify(replies.map(({ body }) => body))).not.toContain('hk_');
  });

  it('shares no Idempotency-Key with another account', async () => {
    const other = await newTenant('Other');
    const body = { name: 'same', scriptUrl: 'https://example.com/voice' };
    const [mine, theirs] = await Promise.all(
      [stranger, other].map(({ api }) =>
        api.do<{ id: string; accountId: string }>('POST', '/v1/applications', body, { 'Idempotency-Key': 'same' }),
      ),
    );
    expect([mine!.accountId, theirs!.accountId]).toEqual([stranger.id, other.id]);
    expect(mine!.id).not.toBe(theirs!.id);
  });

  it('cannot use what another account has in what it makes: applications, numbers, user names, addresses, phones', async () => {
    const { api } = stranger;
    const { number } = (await on.world.api.get<{ items: { number: string }[] }>('/v1/numbers')).items[0]!;
    const replies = {
      application: await api.request('POST', '/v1/numbers', {
        number: '+15559990001',
        applicationId: ids.get('applicationId'),
      }),
      number: await api.request('POST', '/v1/numbers', { number }),
      username: await api.request('POST', '/v1/endpoints', { username: 'theirs' }),
      address: await api.request('POST', '/v1/trunks', { name: 'x', inbound: { addresses: ['127.0.0.1'] } }),
      widerAddress: await api.request('POST', '/v1/trunks', { name: 'x', inbound: { addresses: ['127.0.0.0/16'] } }),
      mappedAddress: await api.request('POST', '/v1/trunks', {
        name: 'x',
        inbound: { addresses: ['::ffff:127.0.0.1'] },
      }),
      callerId: await api.request('POST', '/v1/calls', { from: number, to: number, script: [{ verb: 'hangup' }] }),
    };
    expect(Object.fromEntries(Object.entries(replies).map(([name, { status }]) => [name, status]))).toEqual({
      application: 400,
      number: 409,
      username: 409,
      address: 409,
      widerAddress: 409,
      mappedAddress: 409,
      callerId: 403,
    });
    await api.post('/v1/numbers', { number: '+15559990002' });
    const calling = async (to: string) => {
      const call = { from: '+15559990002', to, script: [{ verb: 'hangup' }] };
      const { status, body } = await api.request('POST', '/v1/calls', call);
      return { status, code: body.code };
    };
    const foreign = await calling(ids.get('endpointId')!);
    expect(foreign.status).toBeGreaterThanOrEqual(400);
    expect(foreign).toEqual(await calling(`SE${'0'.repeat(32)}`));
  });

  it('is out once its key is revoked, and reads but does not write while suspended', async () => {
    const made = await stranger.api.post<NewKey>('/v1/api-keys', { name: 'to be revoked' });
    const revoked = new ApiClient(stranger.api.baseUrl, made.key);
    expect((await revoked.request('GET', '/v1/numbers')).status).toBe(200);
    await stranger.api.do('DELETE', `/v1/api-keys/${made.apiKey.id}`);
    await on.world.eventually('the key to be refused', async () =>
      (await revoked.request('GET', '/v1/numbers')).status === 401 ? true : undefined,
    );
    const suspended = await newTenant('Suspended');
    await on.world.api.patch(`/v1/accounts/${suspended.id}`, { status: 'suspended' });
    await on.world.eventually('writes to be refused', async () =>
      (await suspended.api.request('POST', '/v1/api-keys', { name: 'x' })).status === 403 ? true : undefined,
    );
    expect((await suspended.api.request('GET', '/v1/numbers')).status).toBe(200);
    expect((await suspended.api.request('PATCH', `/v1/accounts/${suspended.id}`, { status: 'active' })).status).toBe(
      403,
    );
  });
});
