import supertest from 'supertest';
import { expect, vi } from 'vitest';
import type { Settings } from '../config/settings.js';
import { createTestApi, type TestApi } from '../test-api/create-test-api.fixture.js';
import { testPeople } from '../test-api/test-people.fixture.js';

/** The part of a log-in's answer that tests use. */
export interface Grant {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly session: { readonly id: string };
  readonly agent: { readonly id: string };
}

/** An API with agents and their log-ins in memory. */
export async function loginWorld(settings: Partial<Settings> = {}) {
  let people!: ReturnType<typeof testPeople>;
  const api: TestApi = await createTestApi({
    settings,
    operations: (core) => {
      people = testPeople(core);
      return people.operations;
    },
    authenticator: (keys) => people.authenticator(keys),
  });
  const accountId = api.tenant.account.id;
  let serial = 0;
  const admin = () => supertest.agent(api.server).set('Authorization', api.tenant.authorization);
  const as = ({ accessToken }: Pick<Grant, 'accessToken'>) =>
    supertest.agent(api.server).set('Authorization', `Bearer ${accessToken}`);
  // Time passes between requests of strangers, so that they are not too many a second.
  const anybody = () => {
    api.clock.advance(50);
    return supertest(api.server);
  };

  const messages = async (to: string): Promise<{ purpose: string; text: string }[]> => {
    await people.notifier.settled();
    return (await admin().get('/v1/notifications').query({ to }).expect(200)).body.items;
  };
  const passwordOf = async (email: string) => /Password: (\S+)/.exec((await messages(email))[0]!.text)![1]!;
  const codeOf = async (phone: string, count = 1) =>
    vi.waitFor(async () => {
      const sent = await messages(phone);
      expect(sent).toHaveLength(count);
      return /\d{6}/.exec(sent[0]!.text)![0];
    });
  const addAgent = async (more: object = {}) => {
    const n = ++serial;
    const agent = { email: `agent-${n}@example.com`, name: `Agent ${n}`, staffNumber: `${n}`, ...more };
    const { body } = await admin()
      .post('/v1/agents')
      .send({ agents: [agent] })
      .expect(200);
    expect(body.errors).toEqual([]);
    return body.agents[0] as { id: string; email: string; phone: string | null };
  };
  const logIn = (login: object) => anybody().post('/v1/agent-sessions').send(login);
  const withPassword = async (email: string, password?: string): Promise<Grant> =>
    (await logIn({ accountId, email, password: password ?? (await passwordOf(email)) }).expect(201)).body;

  return { api, people, accountId, admin, as, anybody, messages, passwordOf, codeOf, addAgent, logIn, withPassword };
}
