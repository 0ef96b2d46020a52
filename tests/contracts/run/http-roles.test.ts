import { createTestApi, type TestApi } from '@hookswitch/api/test-api/create-test-api.fixture';
import { testPeople } from '@hookswitch/api/test-api/test-people.fixture';
import { readDocument } from '@hookswitch/openapi/document';
import { type OperationEntry, type OperationId, operationTable } from '@hookswitch/openapi/operations';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

interface Described {
  readonly 'x-scope'?: string;
  readonly 'x-own'?: string;
  readonly requestBody?: { readonly content: Record<string, { readonly example?: unknown }> };
  readonly parameters: readonly { readonly in?: string; readonly name?: string; readonly required?: boolean }[];
}

interface Person {
  readonly id: string;
  readonly token: string;
  readonly scopes: readonly string[];
  readonly ownScopes: readonly string[];
}

const document = readDocument();
const operations = (Object.entries(operationTable) as [OperationId, OperationEntry][]).map(([id, entry]) => ({
  id,
  entry,
  described: document.paths[entry.path]![entry.method] as unknown as Described,
}));
const guarded = operations.filter(({ described }) => described['x-scope'] !== undefined);
const roles = ['admin', 'supervisor', 'agent', 'custom'] as const;
const customScopes = { scopes: ['recordings:read', 'endpoints:write'], ownScopes: ['agents:read'] } as const;

/** Every operation asked by an agent of every role: what the role does not grant is refused. */
describe('roles of agents', () => {
  let api: TestApi;
  const people = new Map<string, Person>();
  let stranger: string;

  beforeAll(async () => {
    let made!: ReturnType<typeof testPeople>;
    api = await createTestApi({
      operations: (core) => {
        made = testPeople(core);
        return made.operations;
      },
      authenticator: (keys) => made.authenticator(keys),
    });
    const admin = () => supertest.agent(api.server).set('Authorization', api.tenant.authorization);
    const { body: custom } = await admin()
      .post('/v1/roles')
      .send({ name: 'Custom', ...customScopes })
      .expect(201);
    for (const name of [...roles, 'stranger']) {
      const role = name === 'custom' ? custom.id : name === 'stranger' ? 'agent' : name;
      const person = { email: `${name}@example.com`, name, staffNumber: name, role };
      const { body } = await admin()
        .post('/v1/agents')
        .send({ agents: [person], sendPassword: false })
        .expect(200);
      const { id } = body.agents[0];
      if (name === 'stranger') stranger = id;
      const { body: minted } = await admin().post(`/v1/agents/${id}/tokens`).expect(201);
      const { body: grant } = await supertest(api.server)
        .post('/v1/agent-sessions')
        .send({ token: minted.token })
        .expect(201);
      const { scopes, ownScopes } = (await admin().get(`/v1/roles/${role}`).expect(200)).body;
      expect(grant).toMatchObject({ scopes, ownScopes });
      people.set(name, { id, token: grant.accessToken, scopes, ownScopes });
    }
  });
  afterAll(() => api.close());

  /** The status and code of the operation, asked for with examples, about this agent where it is about one. */
  async function ask(
    { entry, described }: (typeof operations)[number],
    token: string,
    agentId: string,
  ): Promise<{ status: number; code: string | undefined }> {
    api.clock.advance(1);
    const path = entry.path.replace(/\{(\w+)\}/g, (_, name: string) =>
      name === 'agentId' ? agentId : exampleId(name),
    );
    const names = described.parameters.flatMap((one) => (one.in === 'query' ? [one.name!] : []));
    const query = names.includes('agentId') ? `?agentId=${agentId}` : '';
    const request = supertest(api.server)
      [entry.method](path + query)
      .set('Authorization', `Bearer ${token}`);
    const type = entry.contentTypes[0];
    const example = type === undefined ? undefined : described.requestBody?.content[type]?.example;
    const { status, body } =
      type === undefined
        ? await request
        : await request.set('Content-Type', type).send((example as object) ?? Buffer.alloc(8));
    return { status, code: body?.code };
  }

  function exampleId(parameter: string): string {
    const name = `${parameter[0]!.toUpperCase()}${parameter.slice(1)}`;
    const schema = document.components.schemas[name] as { examples?: string[] };
    const id = schema.examples?.[0];
    if (id === undefined) throw new Error(`give the schema ${name} an example`);
    return id;
  }

  const isRefused = ({ status, code }: { status: number; code: string | undefined }) =>
    status === 403 && code === 'scope-missing';
  /** Operations that would end the very session that asks. */
  const endsSessions = new Set(['deleteAgentSessions', 'forceAgentOffline', 'deleteAgent', 'resetAgentPassword']);

  for (const role of roles) {
    it.each(guarded.map((one) => [one.id, one] as const))(`${role}: %s`, async (id, operation) => {
      const { scopes, ownScopes, token, id: self } = people.get(role)!;
      const { 'x-scope': scope, 'x-own': own } = operation.described;
      const forAll = scopes.includes(scope!);
      const forOwn = own !== undefined && ownScopes.includes(scope!);
      const aboutOther = await ask(operation, token, stranger);
      expect(isRefused(aboutOther), JSON.stringify(aboutOther)).toBe(!forAll && !(forOwn && own === 'handler'));
      if (endsSessions.has(id) && (forAll || forOwn)) return;
      const aboutSelf = await ask(operation, token, self);
      expect(isRefused(aboutSelf), JSON.stringify(aboutSelf)).toBe(!forAll && !forOwn);
    });
  }

  it('are of use, and keep agents off what is not theirs', () => {
    const may = (role: string, scope: string) => people.get(role)!.scopes.includes(scope);
    for (const { described } of guarded) {
      const scope = described['x-scope']!;
      if (/^(keys|accounts|agent-tokens|nodes|relays|sip-bans):/.test(scope))
        for (const role of roles) expect(may(role, scope), scope).toBe(false);
      else expect(may('admin', scope), scope).toBe(true);
      if (scope.endsWith(':write')) expect(may('agent', scope), scope).toBe(false);
      if (scope.endsWith(':read') && !may('supervisor', scope))
        expect(scope).toMatch(/^(keys|accounts|nodes|relays|sip-bans|audit|notifications|webhooks|events):/);
    }
    for (const scope of ['agents:write', 'roles:write', 'skill-groups:write', 'contact-centre:write', 'trunks:write'])
      expect(may('supervisor', scope), scope).toBe(false);
    for (const scope of ['contacts:write', 'contacts:supervise', 'blacklist:add'])
      expect(may('supervisor', scope), scope).toBe(true);
    expect(may('agent', 'blacklist:add')).toBe(true);
    expect(people.get('agent')!.ownScopes).toContain('contacts:write');
    expect(may('agent', 'skill-groups:read')).toBe(true);
  });

  it('change at once for who is logged in', async () => {
    const { id, token } = people.get('custom')!;
    const list = operations.find((one) => one.id === 'listSkillGroups')!;
    expect(isRefused(await ask(list, token, id))).toBe(true);
    await supertest(api.server)
      .patch(`/v1/agents/${id}`)
      .set('Authorization', api.tenant.authorization)
      .send({ role: 'agent' })
      .expect(200);
    api.clock.advance(1000);
    expect(await ask(list, token, id)).toMatchObject({ status: 200 });
  });

  it('give no agent more than it has: neither by itself nor by another', async () => {
    const { token, id } = people.get('admin')!;
    const as = supertest.agent(api.server).set('Authorization', `Bearer ${token}`);
    await as
      .post('/v1/roles')
      .send({ name: 'Owner', scopes: ['*'] })
      .expect(403);
    await as
      .post('/v1/roles')
      .send({ name: 'Keys', scopes: ['keys:write'] })
      .expect(403);
    const { body: own } = await supertest(api.server)
      .post('/v1/roles')
      .set('Authorization', api.tenant.authorization)
      .send({ name: 'Owner', scopes: ['*'] })
      .expect(201);
    expect((await as.patch(`/v1/agents/${id}`).send({ role: own.id }).expect(403)).body.code).toBe(
      'scope-not-grantable',
    );
  });
});
