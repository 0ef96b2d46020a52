import { beforeAll, describe, expect, it } from 'vitest';
import { useWorld } from '../world.js';
import { Staff } from './staff.js';

const on = useWorld({ name: 'login', redisDatabase: 31, settings: { LOG_LEVEL: 'trace' } });
let staff: Staff;
beforeAll(() => {
  staff = new Staff(on.world);
});

describe('LOGIN-01 e-mail login', () => {
  it('LOGIN-01 a right pair gives a session, a wrong password an error of its own and none', async () => {
    const agent = await staff.add();
    const password = await staff.mailedPassword(agent.email);
    const wrong = await staff.tryLogIn({ email: agent.email, password: `${password}x` });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'login-failed' } });
    expect(JSON.stringify(wrong.body)).not.toContain('accessToken');
    const sessions = () => on.world.api.get<{ items: { id: string }[] }>(`/v1/agents/${agent.id}/sessions`);
    expect((await sessions()).items).toEqual([]);
    const grant = await staff.logIn({ email: agent.email, password });
    expect((await sessions()).items).toMatchObject([{ id: grant.session.id }]);
    expect(await staff.client(grant.accessToken).get(`/v1/agents/${agent.id}`)).toEqual(agent);
  });

  it('LOGIN-01 an administrator logs in the same way, and may do more', async () => {
    const [admin, agent] = [await staff.add({ role: 'admin' }), await staff.add()];
    const [boss, worker] = [await staff.logInFirst(admin), await staff.logInFirst(agent)];
    expect((await staff.client(boss.accessToken).request('GET', '/v1/agents')).status).toBe(200);
    const refused = await staff.client(worker.accessToken).request<{ code: string }>('GET', '/v1/agents');
    expect([refused.status, refused.body.code]).toEqual([403, 'scope-missing']);
  });

  it('LOGIN-01 guessing locks an agent out, and one that does not exist alike', async () => {
    const agent = await staff.add();
    const password = await staff.mailedPassword(agent.email);
    for (const email of [agent.email, 'nobody@example.com']) {
      const statuses = new Set<number>();
      for (let tries = 0; tries < 10; tries += 1)
        statuses.add((await staff.tryLogIn({ email, password: 'Guess-work-1' })).status);
      expect([...statuses]).toEqual([401]);
      const locked = await staff.tryLogIn({ email, password });
      expect([locked.status, locked.body.code]).toEqual([429, 'login-locked']);
      expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(0);
    }
  });

  it('LOGIN-01 a session is refreshed once by each token, and logging out ends it', async () => {
    const grant = await staff.logInFirst(await staff.add());
    const refresh = (refreshToken: string) =>
      staff.client().request<typeof grant>('POST', '/v1/agent-sessions/refresh', { refreshToken });
    const next = await refresh(grant.refreshToken);
    expect(next.status).toBe(200);
    const path = `/v1/agents/${grant.agent.id}/sessions/${grant.session.id}`;
    expect((await staff.client(next.body.accessToken).request('DELETE', path)).status).toBe(204);
    expect(await staff.loggedOut(next.body)).toBe('session-ended');
    expect((await refresh(next.body.refreshToken)).status).toBe(401);
  });

  it('LOGIN-01 a refresh token that somebody used before ends the session for both', async () => {
    const grant = await staff.logInFirst(await staff.add());
    const refresh = (refreshToken: string) =>
      staff.client().request<typeof grant>('POST', '/v1/agent-sessions/refresh', { refreshToken });
    const { body: next } = await refresh(grant.refreshToken);
    const { body: newest } = await refresh(next.refreshToken);
    expect((await refresh(grant.refreshToken)).status).toBe(401);
    expect(await staff.loggedOut(newest)).toBe('session-ended');
    expect((await refresh(newest.refreshToken)).status).toBe(401);
  });

  it('LOGIN-01 tabs of one browser that refresh at once all go on', async () => {
    const grant = await staff.logInFirst(await staff.add());
    const tabs = await Promise.all(
      Array.from({ length: 4 }, () =>
        staff
          .client()
          .request<typeof grant>('POST', '/v1/agent-sessions/refresh', { refreshToken: grant.refreshToken }),
      ),
    );
    expect(tabs.map(({ status }) => status)).toEqual(tabs.map(() => 200));
    for (const { body } of tabs) await staff.client(body.accessToken).get(`/v1/agents/${grant.agent.id}`);
  });

  it('LOGIN-01 no password, code or token stands in the log', async () => {
    const phone = staff.phone();
    const agent = await staff.add({ phone });
    const password = await staff.mailedPassword(agent.email);
    const grant = await staff.logIn({ email: agent.email, password });
    await staff.client().post('/v1/agent-login-codes', { accountId: staff.accountId, phone });
    const code = await staff.code(phone);
    await staff.logIn({ phone, code });
    const log = on.world.platform.output.join('\n');
    expect(log).toContain('Hookswitch is up');
    const secrets = [password, grant.accessToken, grant.refreshToken, phone, `Your code is ${code}`, 'Password: '];
    for (const secret of secrets) expect(log).not.toContain(secret);
  });
});

describe('LOGIN-02 phone-number login', () => {
  it('LOGIN-02 a code reaches the phone and logs in once, but only after a first login by e-mail', async () => {
    const phone = staff.phone();
    const agent = await staff.add({ phone });
    const ask = (number = phone) =>
      staff.client().request('POST', '/v1/agent-login-codes', { accountId: staff.accountId, phone: number });
    expect((await ask()).status).toBe(202);
    await staff.logInFirst(agent);
    expect(await staff.sentTo(phone)).toEqual([]);
    expect((await ask()).status).toBe(202);
    const sms = await staff.message(phone);
    expect(sms).toMatchObject({ channel: 'sms', purpose: 'loginCode' });
    const code = await staff.code(phone);
    expect((await staff.logIn({ phone, code })).agent.id).toBe(agent.id);
    expect(await staff.tryLogIn({ phone, code })).toMatchObject({ status: 401, body: { code: 'login-failed' } });
  });

  it('LOGIN-02 an unbound number gets no code and no session, and the same answers', async () => {
    const phone = staff.phone();
    const asked = await staff.client().request('POST', '/v1/agent-login-codes', { accountId: staff.accountId, phone });
    expect(asked.status).toBe(202);
    expect(await staff.tryLogIn({ phone, code: '123456' })).toMatchObject({
      status: 401,
      body: { code: 'login-failed' },
    });
    expect(await staff.sentTo(phone)).toEqual([]);
  });

  it('LOGIN-02 only the newest code counts', async () => {
    const phone = staff.phone();
    await staff.logInFirst(await staff.add({ phone }));
    const ask = () => staff.client().post('/v1/agent-login-codes', { accountId: staff.accountId, phone });
    await ask();
    const first = await staff.code(phone);
    await ask();
    const second = await staff.code(phone, 2);
    if (first !== second) expect((await staff.tryLogIn({ phone, code: first })).status).toBe(401);
    await staff.logIn({ phone, code: second });
  });
});

describe('AGENT-03 change own bound phone number', () => {
  it('AGENT-03 with a code to the new phone; login by code works with the new number only', async () => {
    const [before, after] = [staff.phone(), staff.phone()];
    const agent = await staff.add({ phone: before });
    const { accessToken } = await staff.logInFirst(agent);
    const client = staff.client(accessToken);
    const me = `/v1/agents/${agent.id}`;
    await client.post(`${me}/phone-codes`, { phone: after });
    const wrong = await client.request<{ code: string }>('PUT', `${me}/phone`, { phone: after, code: 'wrong' });
    expect([wrong.status, wrong.body.code]).toEqual([403, 'code-wrong']);
    const changed = await client.do('PUT', `${me}/phone`, { phone: after, code: await staff.code(after) });
    expect(changed).toMatchObject({ phone: after });
    for (const phone of [before, after])
      await staff.client().post('/v1/agent-login-codes', { accountId: staff.accountId, phone });
    await staff.logIn({ phone: after, code: await staff.code(after, 2) });
    expect(await staff.sentTo(before)).toEqual([]);
  });

  it('AGENT-03 not for another agent, and not to another agent’s number', async () => {
    const [one, other] = [await staff.add({ phone: staff.phone() }), await staff.add({ phone: staff.phone() })];
    const { accessToken } = await staff.logInFirst(one);
    const client = staff.client(accessToken);
    const taken = await client.request('POST', `/v1/agents/${one.id}/phone-codes`, { phone: other.phone });
    expect(taken.status).toBe(409);
    const foreign = await client.request('POST', `/v1/agents/${other.id}/phone-codes`, { phone: staff.phone() });
    expect(foreign.status).toBe(403);
  });
});
