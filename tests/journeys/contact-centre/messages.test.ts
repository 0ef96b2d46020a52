import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ApiClient } from '../../installation/api-client.js';
import { PlatformProcess } from '../../installation/platform-process.js';
import { MailServer } from '../../peers/mail-server.js';
import { RecordingHttpServer } from '../../peers/recording-http-server.js';
import { dataServers } from '../world.js';

/** In production: mails go out by SMTP, SMS by the operator's service, and nothing is kept to be read. */
describe('mails and SMS in production', () => {
  let mails: MailServer;
  let sms: RecordingHttpServer;
  let platform: PlatformProcess;
  let smsStatus = 200;
  beforeAll(async () => {
    mails = await MailServer.start();
    sms = await RecordingHttpServer.start('SMS service', {}, () => ({ status: smsStatus }));
    platform = await PlatformProcess.start({
      settings: {
        ...dataServers({ name: 'messages', redisDatabase: 96 }),
        NODE_ENV: 'production',
        SMTP_URL: mails.url,
        MAIL_FROM: 'Centre <centre@example.com>',
        SMS_URL: sms.url('/send'),
        SMS_AUTHORIZATION: 'Bearer of-the-operator',
      },
    });
  });
  afterAll(async () => {
    await platform?.stop();
    await sms?.close();
    await mails?.close();
  });

  const phone = '+442071838750';
  const anybody = () => new ApiClient(platform.httpUrl!, '');
  const logIn = (login: object) =>
    anybody().post('/v1/agent-sessions', { accountId: platform.firstAccount.accountId, ...login });
  const askForCode = () =>
    anybody().post('/v1/agent-login-codes', { accountId: platform.firstAccount.accountId, phone });
  const codes = () =>
    sms.requests.all.map(({ body }) => JSON.parse(body) as { to: string; text: string; purpose: string });

  it('LOGIN-01 the password comes by mail and logs in', async () => {
    const agents = [{ email: 'ann@example.com', name: 'Ann', staffNumber: '1', phone }];
    await platform.api.post('/v1/agents', { agents });
    const mail = await mails.mails.first('the mail', ({ to }) => to.includes('ann@example.com'));
    expect(mail).toMatchObject({ from: 'centre@example.com', to: ['ann@example.com'] });
    expect(mail.text).toContain(`Account: ${platform.firstAccount.accountId}`);
    const password = /^Password: (\S+)$/m.exec(mail.text)![1]!;
    await logIn({ email: 'ann@example.com', password });
  });

  it('LOGIN-02 the code comes by the SMS service, again where it failed first, and logs in', async () => {
    smsStatus = 503;
    await askForCode();
    await sms.requests.first('the first try', () => true);
    smsStatus = 200;
    await sms.requests.first('another try', () => true, { from: 1 });
    const [first, second] = codes();
    expect(second).toEqual(first);
    expect(second).toMatchObject({ to: phone, purpose: 'loginCode' });
    expect(sms.requests.all[1]!.headers.authorization).toBe('Bearer of-the-operator');
    await logIn({ phone, code: /\d{6}/.exec(second!.text)![0] });
  });

  it('keeps no message, and shows none', async () => {
    const refused = await platform.api.request<{ code: string }>('GET', '/v1/notifications');
    expect([refused.status, refused.body.code]).toEqual([403, 'sink-closed']);
  });

  it('says nothing of what was sent in its log', () => {
    const log = platform.output.join('\n');
    expect(log).toContain('a message was not sent; trying again');
    for (const { text } of codes()) expect(log).not.toContain(text);
    for (const { text } of mails.mails.all) expect(log).not.toContain(/^Password: (\S+)$/m.exec(text)![1]);
    expect(log).not.toContain(phone);
    expect(log).not.toContain('of-the-operator');
  });
});

describe('an SMS service at a private address that the operator has not allowed', () => {
  let sms: RecordingHttpServer;
  let platform: PlatformProcess;
  beforeAll(async () => {
    sms = await RecordingHttpServer.start('SMS service', {}, () => ({ status: 200 }));
    platform = await PlatformProcess.start({
      settings: {
        ...dataServers({ name: 'private_sms', redisDatabase: 42 }),
        NODE_ENV: 'production',
        SMS_URL: sms.url('/send'),
        ALLOWED_PRIVATE_TARGETS: '',
      },
    });
  });
  afterAll(async () => {
    await platform?.stop();
    await sms?.close();
  });

  it('is not reached; the log says why, and not what or to whom', async () => {
    const phone = '+442071838752';
    const agents = [{ email: 'ann@example.com', name: 'Ann', staffNumber: '1' }];
    const added = await platform.api.post<{ agents: { id: string }[] }>('/v1/agents', { agents, sendPassword: false });
    const { id } = added.agents[0]!;
    const { token } = await platform.api.post<{ token: string }>(`/v1/agents/${id}/tokens`);
    const anybody = new ApiClient(platform.httpUrl!, '');
    const { accessToken } = await anybody.post<{ accessToken: string }>('/v1/agent-sessions', { token });
    await new ApiClient(platform.httpUrl!, accessToken).post(`/v1/agents/${id}/phone-codes`, { phone });
    await vi.waitFor(() => expect(platform.output.join('\n')).toContain('"failure":"address-refused"'), {
      timeout: 30_000,
    });
    expect(sms.requests.all).toEqual([]);
    expect(platform.output.join('\n')).not.toContain(phone);
  });
});

describe('an installation in production that cannot send', () => {
  let platform: PlatformProcess;
  beforeAll(async () => {
    const settings = { ...dataServers({ name: 'no_messages', redisDatabase: 34 }), NODE_ENV: 'production' };
    platform = await PlatformProcess.start({ settings });
  });
  afterAll(() => platform?.stop());

  it('STAFF-01 refuses to add an agent whose password could not be mailed, and adds one without', async () => {
    const agents = [{ email: 'ann@example.com', name: 'Ann', staffNumber: '1' }];
    const refused = await platform.api.post<{ errors: { code: string }[] }>('/v1/agents', { agents });
    expect(refused).toMatchObject({ agents: [], errors: [{ code: 'channel-missing' }] });
    const made = await platform.api.post('/v1/agents', { agents, sendPassword: false });
    expect(made).toMatchObject({ agents: [{ email: 'ann@example.com' }], errors: [] });
  });

  it('LOGIN-02 refuses to send codes, to agents and strangers alike', async () => {
    const { accountId } = platform.firstAccount;
    const body = { accountId, phone: '+442071838750' };
    const answer = await new ApiClient(platform.httpUrl!, '').request<{ code: string }>(
      'POST',
      '/v1/agent-login-codes',
      body,
    );
    expect([answer.status, answer.body.code]).toEqual([503, 'channel-missing']);
  });
});
