import type { Logger } from '@hookswitch/kernel/logger';
import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { describe, expect, it, vi } from 'vitest';
import { ScriptedOutboundHttp } from '../outbound-http/index.js';
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
