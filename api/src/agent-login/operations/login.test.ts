import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loginWorld } from '../login.fixture.js';

describe('an agent', () => {
  let world: Awaited<ReturnType<typeof loginWorld>>;
  beforeEach(async () => {
    world = await loginWorld();
  });
  afterEach(() => world.api.close());

  const aSecond = () => world.api.clock.advance(1000);

  it('logs in with the password that was mailed, and is known by the access token', async () => {
    const { accountId, addAgent, logIn, as, passwordOf, admin } = world;
    const ann = await addAgent({ email: 'Ann@Example.com' });
    const password = await passwordOf('ann@example.com');
    expect(password).toMatch(/^[\w\-+=!?]{16}$/);
    const { body } = await logIn({ accountId, email: 'ANN@example.com', password }).expect(201);
    expect(body).toMatchObject({ agent: { id: ann.id }, session: { loggedInBy: 'password' } });
    expect((await as(body).get(`/v1/agents/${ann.id}`).expect(200)).body.email).toBe('ann@example.com');
    expect((await admin().get(`/v1/agents/${ann.id}/sessions`).expect(200)).body.items).toEqual([body.session]);
    const stored = JSON.stringify(await world.people.sessions.list(accountId, {}));
    expect(stored).not.toContain(body.accessToken.slice(-43));
    expect(stored).not.toContain(body.refreshToken.slice(-43));
  });

  it('gets the same answer to everything that does not fit', async () => {
    const { accountId, addAgent, logIn, passwordOf } = world;
    const { email } = await addAgent({ phone: '+14155550101' });
    await world
      .admin()
      .post('/v1/agents')
      .send({
        sendPassword: false,
        agents: [{ email: 'none@example.com', name: 'None', staffNumber: 'x' }],
      });
    const password = await passwordOf(email);
    const answers = [
      await logIn({ accountId, email, password: 'wrong-password-1' }),
      await logIn({ accountId, email: 'nobody@example.com', password }),
      await logIn({ accountId, email: 'none@example.com', password }),
      await logIn({ accountId: `AC${'0'.repeat(32)}`, email, password }),
      await logIn({ accountId, phone: '+14155550101', code: '123456' }),
      await logIn({ accountId, phone: '+14155550199', code: '123456' }),
      await logIn({ token: `ht_${'x'.repeat(43)}` }),
    ];
    const seen = answers.map(({ status, body: { instance: _, ...rest } }) => ({ status, rest }));
    expect(seen[0]).toMatchObject({ status: 401, rest: { code: 'login-failed' } });
    for (const answer of seen) expect(answer).toEqual(seen[0]);
  });

  it('is locked out after too many failures, whether it exists or not, and let in after the time', async () => {
    const { accountId, addAgent, logIn, passwordOf, withPassword, admin } = world;
    const { id, email } = await addAgent();
    const password = await passwordOf(email);
    for (const login of [email, 'nobody@example.com']) {
      for (let n = 0; n < 10; n++) await logIn({ accountId, email: login, password: 'wrong-1-wrong' }).expect(401);
      const { body, headers } = await logIn({ accountId, email: login, password }).expect(429);
      expect(body.code).toBe('login-locked');
      expect(Number(headers['retry-after'])).toBeGreaterThan(800);
    }
    world.api.clock.advance(15 * 60_000);
    await withPassword(email, password);
    for (let n = 0; n < 10; n++) await logIn({ accountId, email, password: 'wrong-1-wrong' }).expect(401);
    // A reset by an administrator opens the lock.
    await admin().post(`/v1/agents/${id}/password-reset`).send({ password: 'Fresh-Start-1' }).expect(204);
    await withPassword(email, 'Fresh-Start-1');
  });

  it('LOGIN-02 logs in with a code once and in time, only after the first log-in with the password', async () => {
    const { accountId, addAgent, logIn, anybody, messages, codeOf, withPassword, api } = world;
    const phone = '+14155550101';
    const { email } = await addAgent({ phone });
    const ask = (number = phone) =>
      anybody().post('/v1/agent-login-codes').send({ accountId, phone: number }).expect(202);
    await ask();
    expect(await messages(phone)).toEqual([]);
    await withPassword(email);
    await ask();
    const code = await codeOf(phone);
    expect(await messages('+14155550199')).toEqual([]);
    await logIn({ accountId, phone, code: code === '000000' ? '000001' : '000000' }).expect(401);
    const both = await Promise.all([logIn({ accountId, phone, code }), logIn({ accountId, phone, code })]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 401]);
    await ask();
    const late = await codeOf(phone, 2);
    api.clock.advance(5 * 60_000);
    await logIn({ accountId, phone, code: late }).expect(401);
  });

  it('has five tries for a code, and five codes an hour', async () => {
    const { accountId, addAgent, logIn, anybody, codeOf, withPassword } = world;
    const phone = '+14155550101';
    const { email } = await addAgent({ phone });
    await withPassword(email);
    const ask = () => anybody().post('/v1/agent-login-codes').send({ accountId, phone });
    await ask().expect(202);
    const code = await codeOf(phone);
    const wrong = code === '000000' ? '000001' : '000000';
    for (let n = 0; n < 5; n++) await logIn({ accountId, phone, code: wrong }).expect(401);
    await logIn({ accountId, phone, code }).expect(401);
    for (let n = 2; n <= 5; n++) {
      await ask().expect(202);
      await codeOf(phone, n);
    }
    expect((await ask().expect(429)).body.code).toBe('too-many-codes');
  });

  it('refreshes its session; a used refresh token ends it', async () => {
    const { addAgent, withPassword, as, anybody } = world;
    const { id, email } = await addAgent();
    const first = await withPassword(email);
    const refresh = (refreshToken: string) => anybody().post('/v1/agent-sessions/refresh').send({ refreshToken });
    const { body: second } = await refresh(first.refreshToken).expect(200);
    expect(second.session.id).toBe(first.session.id);
    await as(second).get(`/v1/agents/${id}`).expect(200);
    await as(first).get(`/v1/agents/${id}`).expect(200);
    const { body: third } = await refresh(second.refreshToken).expect(200);
    expect((await refresh(first.refreshToken).expect(401)).body.code).toBe('session-ended');
    aSecond();
    expect((await as(third).get(`/v1/agents/${id}`).expect(401)).body.code).toBe('session-ended');
    await refresh(third.refreshToken).expect(401);
    for (const junk of ['', 'hr_', `hr_${first.session.id}_x`, `hr_AS${'0'.repeat(32)}_x`, third.accessToken])
      await refresh(junk).expect(401);
  });

  describe('that refreshes in two tabs at once', () => {
    /** A session whose refresh token is shown from addresses. */
    async function session() {
      await world.api.close();
      world = await loginWorld({ trustedProxies: ['127.0.0.1'] });
      const grant = await world.withPassword((await world.addAgent()).email);
      const refresh = (refreshToken: string, from = '192.0.2.1') =>
        world.anybody().post('/v1/agent-sessions/refresh').set('X-Forwarded-For', from).send({ refreshToken });
      return { grant, refresh };
    }

    it('goes on in both, each with tokens of its own', async () => {
      const { grant, refresh } = await session();
      const both = await Promise.all([refresh(grant.refreshToken), refresh(grant.refreshToken)]);
      expect(both.map(({ status }) => status)).toEqual([200, 200]);
      for (const { body } of both) await world.as(body).get(`/v1/agents/${grant.agent.id}`).expect(200);
      expect((await refresh(both[0]!.body.refreshToken)).status).toBe(200);
      expect((await refresh(both[1]!.body.refreshToken)).status).toBe(200);
    });

    it.each([
      ['later', '192.0.2.1', 10_000],
      ['from elsewhere', '192.0.2.2', 0],
    ])('is logged out where the used token is shown %s', async (_how, from, afterMs) => {
      const { grant, refresh } = await session();
      const { body } = await refresh(grant.refreshToken).expect(200);
      world.api.clock.advance(afterMs);
      expect((await refresh(grant.refreshToken, from).expect(401)).body.code).toBe('session-ended');
      await refresh(body.refreshToken).expect(401);
    });

    it('is logged out with whoever copied the token and was as quick, at the next refresh', async () => {
      const { grant, refresh } = await session();
      const { body: own } = await refresh(grant.refreshToken).expect(200);
      const { body: stolen } = await refresh(grant.refreshToken).expect(200);
      world.api.clock.advance(60_000);
      const { body: next } = await refresh(own.refreshToken).expect(200);
      world.api.clock.advance(60_000);
      await refresh(stolen.refreshToken).expect(401);
      await refresh(next.refreshToken).expect(401);
    });

    it('is not given tokens without end', async () => {
      const { grant, refresh } = await session();
      for (let n = 0; n < 20; n += 1) await refresh(grant.refreshToken).expect(200);
      await refresh(grant.refreshToken).expect(401);
    });
  });

  it('is not logged out by somebody who knows the session’s id only', async () => {
    const { addAgent, withPassword, anybody, as } = world;
    const { id, email } = await addAgent();
    const grant = await withPassword(email);
    const forged = `hr_${grant.session.id}_${'x'.repeat(43)}`;
    await anybody().post('/v1/agent-sessions/refresh').send({ refreshToken: forged }).expect(401);
    aSecond();
    await as(grant).get(`/v1/agents/${id}`).expect(200);
  });

  it('is told when its access token expired, and cannot outlive its session', async () => {
    const { addAgent, withPassword, as, anybody, api } = world;
    const { id, email } = await addAgent();
    const grant = await withPassword(email);
    api.clock.advance(15 * 60_000);
    expect((await as(grant).get(`/v1/agents/${id}`).expect(401)).body).toMatchObject({ code: 'session-ended' });
    api.clock.advance(24 * 3_600_000);
    await anybody().post('/v1/agent-sessions/refresh').send({ refreshToken: grant.refreshToken }).expect(401);
  });

  it('logs out from one place, or from all', async () => {
    const { addAgent, withPassword, as, passwordOf } = world;
    const { id, email } = await addAgent();
    const password = await passwordOf(email);
    const grants = [
      await withPassword(email, password),
      await withPassword(email, password),
      await withPassword(email, password),
    ];
    const path = `/v1/agents/${id}/sessions`;
    await as(grants[0]!).delete(`${path}/${grants[0]!.session.id}`).expect(204);
    aSecond();
    await as(grants[0]!).get(path).expect(401);
    expect((await as(grants[1]!).get(path).expect(200)).body.items).toHaveLength(2);
    await as(grants[1]!).delete(path).expect(204);
    aSecond();
    for (const grant of grants) await as(grant).get(path).expect(401);
  });

  it('has at most 20 sessions: the oldest makes room', async () => {
    const { addAgent, withPassword, passwordOf, admin, as } = world;
    const { id, email } = await addAgent();
    const password = await passwordOf(email);
    const first = await withPassword(email, password);
    for (let n = 0; n < 20; n++) {
      world.api.clock.advance(1);
      await withPassword(email, password);
    }
    aSecond();
    expect((await admin().get(`/v1/agents/${id}/sessions`).expect(200)).body.items).toHaveLength(20);
    await as(first).get(`/v1/agents/${id}`).expect(401);
  });

  it('changes its own password with the current one; other sessions end', async () => {
    const { accountId, addAgent, withPassword, as, passwordOf, logIn } = world;
    const { id, email } = await addAgent();
    const currentPassword = await passwordOf(email);
    const [here, elsewhere] = [await withPassword(email, currentPassword), await withPassword(email, currentPassword)];
    const put = (body: object) => as(here).put(`/v1/agents/${id}/password`).send(body);
    const newPassword = 'Battery-Staple-8';
    expect((await put({ currentPassword: 'wrong', newPassword }).expect(403)).body.code).toBe('password-wrong');
    for (const bad of ['short-1', 'no digits here!', 'nosymbols123', '12345678-', email, `${'x'.repeat(20)}-1`])
      expect((await put({ currentPassword, newPassword: bad }).expect(400)).body.errors[0].pointer).toBe(
        '/newPassword',
      );
    await put({ currentPassword, newPassword }).expect(204);
    aSecond();
    await as(here).get(`/v1/agents/${id}`).expect(200);
    await as(elsewhere).get(`/v1/agents/${id}`).expect(401);
    await logIn({ accountId, email, password: currentPassword }).expect(401);
    await withPassword(email, newPassword);
  });

  it('sets a forgotten password with a code', async () => {
    const { accountId, addAgent, withPassword, anybody, codeOf, as } = world;
    const phone = '+14155550101';
    const { id, email } = await addAgent({ phone });
    const grant = await withPassword(email);
    await anybody().post('/v1/agent-login-codes').send({ accountId, phone, purpose: 'passwordReset' }).expect(202);
    const code = await codeOf(phone);
    const reset = (body: object) =>
      anybody()
        .post('/v1/agent-password-resets')
        .send({ accountId, phone, ...body });
    const newPassword = 'Battery-Staple-8';
    expect((await reset({ code: 'x', newPassword }).expect(403)).body.code).toBe('code-wrong');
    await reset({ code, newPassword: 'weak' }).expect(400);
    await reset({ code, newPassword }).expect(204);
    await reset({ code, newPassword }).expect(403);
    aSecond();
    await as(grant).get(`/v1/agents/${id}`).expect(401);
    await withPassword(email, newPassword);
  });

  it('changes its bound phone with a code to the new one', async () => {
    const { accountId, addAgent, withPassword, as, codeOf, anybody, messages } = world;
    const [before, after, taken] = ['+14155550101', '+14155550102', '+14155550103'];
    const { id, email } = await addAgent({ phone: before });
    await addAgent({ phone: taken });
    const grant = await withPassword(email);
    const me = `/v1/agents/${id}`;
    await as(grant).post(`${me}/phone-codes`).send({ phone: taken }).expect(409);
    await as(grant).post(`${me}/phone-codes`).send({ phone: '555' }).expect(400);
    await as(grant).post(`${me}/phone-codes`).send({ phone: after }).expect(202);
    const code = await codeOf(after!);
    await as(grant).put(`${me}/phone`).send({ phone: '+14155550104', code }).expect(403);
    expect((await as(grant).put(`${me}/phone`).send({ phone: after, code }).expect(200)).body.phone).toBe(after);
    for (const phone of [before, after])
      await anybody().post('/v1/agent-login-codes').send({ accountId, phone }).expect(202);
    const login = await codeOf(after!, 2);
    expect(await messages(before!)).toEqual([]);
    await world.logIn({ accountId, phone: after, code: login }).expect(201);
  });

  it('is logged in by a program’s token, once, within ten minutes', async () => {
    const { addAgent, admin, logIn, api } = world;
    const { id } = await addAgent();
    const mint = async () => (await admin().post(`/v1/agents/${id}/tokens`).expect(201)).body;
    const { token } = await mint();
    const both = await Promise.all([logIn({ token }), logIn({ token })]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 401]);
    const late = await mint();
    api.clock.advance(10 * 60_000);
    await logIn({ token: late.token }).expect(401);
  });

  it('that is forced offline is logged out, and cannot log in until restored', async () => {
    const { accountId, addAgent, withPassword, admin, as, anybody, logIn, passwordOf } = world;
    const { id, email } = await addAgent();
    const password = await passwordOf(email);
    const grant = await withPassword(email, password);
    const { body: minted } = await admin().post(`/v1/agents/${id}/tokens`).expect(201);
    expect((await admin().post(`/v1/agents/${id}/force-offline`).expect(200)).body.blockedAt).not.toBeNull();
    aSecond();
    expect((await as(grant).get(`/v1/agents/${id}`).expect(401)).body.code).toBe('session-ended');
    await anybody().post('/v1/agent-sessions/refresh').send({ refreshToken: grant.refreshToken }).expect(401);
    expect((await logIn({ accountId, email, password }).expect(403)).body.code).toBe('agent-blocked');
    expect((await logIn({ accountId, email, password: 'wrong' }).expect(401)).body.code).toBe('login-failed');
    await logIn({ token: minted.token }).expect(403);
    await admin().post(`/v1/agents/${id}/tokens`).expect(403);
    expect((await admin().post(`/v1/agents/${id}/restore`).expect(200)).body.blockedAt).toBeNull();
    await withPassword(email, password);
  });

  it('whose password an administrator resets gets a new one by mail; the old one and all sessions end', async () => {
    const { accountId, addAgent, withPassword, admin, as, logIn, passwordOf, messages } = world;
    const { id, email } = await addAgent();
    const old = await passwordOf(email);
    const grant = await withPassword(email, old);
    world.api.clock.advance(1);
    await admin().post(`/v1/agents/${id}/password-reset`).send({}).expect(204);
    expect((await messages(email)).map(({ purpose }) => purpose)).toEqual(['passwordReset', 'firstPassword']);
    await logIn({ accountId, email, password: old }).expect(401);
    aSecond();
    await as(grant).get(`/v1/agents/${id}`).expect(401);
    await withPassword(email);
  });

  it('that is deleted is gone from the sessions at once', async () => {
    const { addAgent, withPassword, admin, as } = world;
    const { id, email } = await addAgent();
    const grant = await withPassword(email);
    await admin().delete(`/v1/agents/${id}`).expect(204);
    aSecond();
    await as(grant).get(`/v1/agents/${id}`).expect(401);
  });

  it('cannot take over one who may do more, though it may change agents', async () => {
    const { addAgent, withPassword, as, admin } = world;
    const scopes = ['agents:read', 'agents:write'];
    const { body: role } = await admin().post('/v1/roles').send({ name: 'Staff office', scopes }).expect(201);
    const clerk = await withPassword((await addAgent({ role: role.id })).email);
    const { id } = await addAgent({ role: 'admin', phone: '+14155550101' });
    const answers = [
      await as(clerk).post(`/v1/agents/${id}/phone-codes`).send({ phone: '+14155550102' }),
      await as(clerk).put(`/v1/agents/${id}/phone`).send({ phone: '+14155550102', code: '123456' }),
      await as(clerk).put(`/v1/agents/${id}/password`).send({ currentPassword: 'a', newPassword: 'Battery-Staple-8' }),
      await as(clerk).post(`/v1/agents/${id}/password-reset`).send({ password: 'Battery-Staple-8' }),
      await as(clerk).patch(`/v1/agents/${id}`).send({ phone: '+14155550102' }),
      await as(clerk).post(`/v1/agents/${id}/force-offline`),
      await as(clerk).delete(`/v1/agents/${id}/sessions`),
      await as(clerk).delete(`/v1/agents/${id}`),
    ];
    for (const { status, body } of answers) expect([status, body.code]).toEqual([403, 'scope-not-grantable']);
  });

  it('of a suspended account cannot log in; one who is reads and does not write', async () => {
    const { accountId, addAgent, logIn, passwordOf, withPassword, as, people, api } = world;
    const { id, email } = await addAgent({ role: 'admin' });
    const password = await passwordOf(email);
    const grant = await withPassword(email, password);
    const { accounts } = api.accountDeps;
    const account = (await accounts.acrossAccounts.get(accountId))!;
    await accounts.replace({ ...account, status: 'suspended' });
    aSecond();
    expect((await logIn({ accountId, email, password }).expect(403)).body.code).toBe('account-suspended');
    await as(grant).get(`/v1/agents/${id}`).expect(200);
    expect((await as(grant).patch(`/v1/agents/${id}`).send({ name: 'x' }).expect(403)).body.code).toBe(
      'account-suspended',
    );
    expect(await people.sessions.count(accountId)).toBe(1);
  });

  it('acts for no account but its own', async () => {
    const { addAgent, withPassword, as, api } = world;
    const { id, email } = await addAgent();
    const grant = await withPassword(email);
    const other = await api.newTenant({ parent: api.tenant.account });
    await as(grant).get(`/v1/agents/${id}`).set('Hookswitch-Account', other.account.id).expect(404);
    await as(grant).get(`/v1/agents/${id}`).set('Hookswitch-Account', api.tenant.account.id).expect(200);
  });
});
