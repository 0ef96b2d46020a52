import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import type { Logger } from '@hookswitch/kernel/logger';
import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ScriptedOutboundHttp } from '../outbound-http/index.js';
import { HttpSmsSender } from './http-sms-sender.js';
import { ChannelMissingError, type Message } from './message-sender.js';
import { NodemailerMailSender } from './nodemailer-mail-sender.js';
import { createNotifier } from './notifier.js';

const message: Message = {
  accountId: 'AC1',
  to: 'ann@example.com',
  purpose: 'firstPassword',
  subject: 'Your access',
  text: 'Password: secret-Word-1\n',
};

/** A mail server (RFC 5321) that takes everything and keeps what it was told. */
function mailServer(): Promise<{ server: Server; url: string; lines: string[] }> {
  const lines: string[] = [];
  const server = createServer((socket) => {
    let inData = false;
    let rest = '';
    socket.write('220 mail.example.com\r\n');
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      const parts = (rest + chunk.toString('utf8')).split('\r\n');
      rest = parts.pop()!;
      for (const line of parts) {
        lines.push(line);
        if (inData && line !== '.') continue;
        if (line === '.') inData = false;
        if (line === 'DATA') inData = true;
        socket.write(line === 'DATA' ? '354 go on\r\n' : line === 'QUIT' ? '221 bye\r\n' : '250 ok\r\n');
      }
    });
  });
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () =>
      resolve({ server, lines, url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}` }),
    ),
  );
}

describe('mail', () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  it('goes out by SMTP, to the one it is for', async () => {
    const mail = await mailServer();
    server = mail.server;
    await new NodemailerMailSender({ url: mail.url, from: 'Centre <centre@example.com>' }).send(message);
    expect(mail.lines).toContain('MAIL FROM:<centre@example.com>');
    expect(mail.lines.filter((line) => line.startsWith('RCPT'))).toEqual(['RCPT TO:<ann@example.com>']);
    expect(mail.lines).toContain('Subject: Your access');
    expect(mail.lines).toContain('Password: secret-Word-1');
  });

  it('is refused where nobody listens', async () => {
    const mail = await mailServer();
    await new Promise((resolve) => mail.server.close(resolve));
    await expect(new NodemailerMailSender({ url: mail.url, from: 'a@example.com' }).send(message)).rejects.toThrow();
  });
});

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
