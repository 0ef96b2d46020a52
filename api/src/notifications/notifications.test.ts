import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { addressRules, GuardedHttpClient, ScriptedOutboundHttp } from '../outbound-http/index.js';
import { HttpSmsSender } from './http-sms-sender.js';
import { ChannelMissingError, type Message } from './message-sender.js';
import { createNotifier } from './notifier.js';

const message: Message = {
  accountId: 'AC1',
  to: 'ann@example.com',
  purpose: 'firstPassword',
  subject: 'Your access',
  text: 'Password: secret-Word-1\n',
};

describe('SMS', () => {
  it('is posted to the operator’s service', async () => {
    const http = new ScriptedOutboundHttp().on('https://sms.example.com/send', { status: 202 });
    const sender = new HttpSmsSender(http, { url: 'https://sms.example.com/send', authorization: 'Bearer x' });
    await sender.send({ ...message, to: '+14155550100' });
    const [request] = http.requests;
    expect(request).toMatchObject({ method: 'POST', headers: { authorization: 'Bearer x' } });
    expect(JSON.parse(request!.body as string)).toEqual({
      to: '+14155550100',
      text: message.text,
      purpose: 'firstPassword',
    });
  });

  it.each([[300], [401], [503]])('counts %i as not sent', async (status) => {
    const http = new ScriptedOutboundHttp().on('https://sms.example.com/', { status });
    const sender = new HttpSmsSender(http, { url: 'https://sms.example.com/', authorization: undefined });
    await expect(sender.send(message)).rejects.toThrow(`${status}`);
  });
});

describe('SMS to a service at a private address', () => {
  let connections = 0;
  const service = createServer((request, response) => {
    if (request.url === '/elsewhere') response.writeHead(307, { location: 'http://127.0.0.1:9/' });
    response.end();
  }).on('connection', () => (connections += 1));
  let port: number;
  const clients: GuardedHttpClient[] = [];
  beforeAll(async () => {
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
    port = (service.address() as AddressInfo).port;
  });
  afterAll(async () => {
    for (const client of clients) await client.close();
    service.closeAllConnections();
    await new Promise((resolve) => service.close(resolve));
  });
  const sendTo = (url: string, allowed: readonly string[] = []) => {
    const http = new GuardedHttpClient({ rules: addressRules(allowed), clock: systemClock });
    clients.push(http);
    return new HttpSmsSender(http, { url, authorization: 'Bearer x' }).send({ ...message, to: '+14155550100' });
  };

  it.each([
    ['127.0.0.1', (to: number) => `http://127.0.0.1:${to}/`],
    ['a name of this machine', (to: number) => `http://localhost:${to}/`],
    ['an IPv4 address in an IPv6 one', (to: number) => `http://[::ffff:127.0.0.1]:${to}/`],
    ['a number that means 127.0.0.1', (to: number) => `http://2130706433:${to}/`],
    ['every address', (to: number) => `http://0.0.0.0:${to}/`],
    ['a cloud’s metadata', () => 'http://169.254.169.254/latest/meta-data'],
    ['a private network', () => 'http://10.0.0.1/'],
  ])('is not sent to %s, where the operator has not allowed it; nothing is connected to', async (_what, url) => {
    const before = connections;
    await expect(sendTo(url(port))).rejects.toMatchObject({ code: 'address-refused' });
    expect(connections).toBe(before);
  });

  it('is sent where the operator has allowed it, and follows no redirect from there', async () => {
    await sendTo(`http://127.0.0.1:${port}/`, ['127.0.0.0/8']);
    await expect(sendTo(`http://127.0.0.1:${port}/elsewhere`, ['127.0.0.0/8'])).rejects.toThrow('307');
  });
});

describe('the notifier', () => {
  it('tries again after 1, 5 and 20 s, then says so without saying what', async () => {
    const clock = new ManualClock();
    const logged: unknown[] = [];
    const note = (...entry: unknown[]) => void logged.push(entry);
    const logger = { ...silentLogger, warn: note, error: note } as unknown as Logger;
    const send = vi.fn(async () => {
      throw new Error('550 refused: Password: secret-Word-1');
    });
    const notifier = createNotifier({ senders: { email: { send } }, clock, logger });
    notifier.notify('email', message);
    for (const [index, waitMs] of [1000, 5000, 20_000].entries()) {
      await vi.waitFor(() => expect(clock.pending).toBe(1));
      expect(send).toHaveBeenCalledTimes(index + 1);
      clock.advance(waitMs);
    }
    await notifier.settled();
    expect(send).toHaveBeenCalledTimes(4);
    expect(logged).toHaveLength(4);
    expect(JSON.stringify(logged)).not.toContain('secret');
    expect(JSON.stringify(logged)).not.toContain('ann@example.com');
  });

  it('tries nothing again when it is closed', async () => {
    const clock = new ManualClock();
    const send = vi.fn(async () => {
      throw new Error('away');
    });
    const notifier = createNotifier({ senders: { sms: { send } }, clock, logger: silentLogger });
    notifier.notify('sms', message);
    await vi.waitFor(() => expect(clock.pending).toBe(1));
    await notifier.close();
    expect(send).toHaveBeenCalledTimes(2);
    expect(clock.pending).toBe(0);
  });

  it('refuses what it has no way to send', () => {
    const notifier = createNotifier({ senders: {}, clock: new ManualClock(), logger: silentLogger });
    expect(() => notifier.check('sms')).toThrow(ChannelMissingError);
    expect(() => notifier.notify('email', message)).toThrow(ChannelMissingError);
  });
});
