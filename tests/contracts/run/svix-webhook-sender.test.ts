import { randomUUID } from 'node:crypto';
import { addressRules, GuardedHttpClient } from '@hookswitch/api/outbound-http/index';
import { SvixWebhookSender } from '@hookswitch/api/webhooks/svix/svix-webhook-sender';
import { systemClock } from '@hookswitch/kernel/clock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SvixDouble } from '../../peers/svix-double.js';
import { TestReceivers } from '../test-receivers.js';
import { webhookRequest, webhookSecret, webhookSenderContract } from '../webhook-sender.contract.js';

const receivers = new TestReceivers();
const http = new GuardedHttpClient({ rules: addressRules(['127.0.0.0/8']), clock: systemClock });
let svix: SvixDouble;

beforeAll(async () => {
  svix = await SvixDouble.start();
});

afterAll(async () => {
  expect(svix.unknown).toEqual([]);
  await svix.close();
  await receivers.close();
  await http.close();
});

const sender = (more: { url?: string; token?: string } = {}) =>
  new SvixWebhookSender({ url: svix.url, token: svix.token, http, clock: systemClock, ...more });

function contract(name: string, makeSender: () => SvixWebhookSender): void {
  webhookSenderContract(
    name,
    async () => {
      // An account of its own for each sentence: Svix keeps messages for days.
      const accountId = `AC-${randomUUID()}`;
      const made = makeSender();
      return {
        sender: { send: (request) => made.send({ ...request, accountId }), close: () => made.close() },
        receiver: (behaviour) => receivers.open(behaviour),
      };
    },
    { hearsRetryAfter: false },
  );
}

contract('svix, against a double of its API', () => sender());

// A real one, where there is one: it runs with SVIX_WHITELABEL_HEADERS=true and SVIX_WHITELIST_SUBNETS=[127.0.0.0/8].
const { SVIX_SERVER_URL, SVIX_SERVER_TOKEN } = process.env;
if (SVIX_SERVER_URL && SVIX_SERVER_TOKEN) {
  contract(`svix, the server at ${SVIX_SERVER_URL}`, () => sender({ url: SVIX_SERVER_URL, token: SVIX_SERVER_TOKEN }));
}

describe('a webhook sender that has Svix make the requests', () => {
  it('tells Svix of a destination once, and asks three times for each event', async () => {
    const { url } = await receivers.open({ status: 200 });
    const made = sender();
    const to = { accountId: 'AC-once', destination: 'WE-once' };
    await made.send(webhookRequest(url, to));
    const before = svix.requests;
    await made.send(webhookRequest(url, { ...to, event: { id: 'EV2', type: 'call.completed' } }));
    // The message, the attempt, and at least one look at what came of it.
    expect(svix.requests - before).toBeGreaterThanOrEqual(3);
    expect(svix.requests - before).toBeLessThan(12);
  });

  it('makes no secret of its own count: what Svix invented signs nothing', async () => {
    const { url, seen } = await receivers.open({ status: 200 });
    const secrets = [webhookSecret(9)];
    await sender().send(webhookRequest(url, { accountId: 'AC-own', destination: 'WE-own', secrets }));
    expect(svix.keyOf('AC-own', 'WE-own')).toBe(secrets[0]);
    expect(seen[0]!.headers['webhook-signature']!.split(' ')).toHaveLength(1);
  });

  it('enables a destination again that was disabled there, at the next attempt', async () => {
    const { url } = await receivers.open({ status: 200 });
    const made = sender();
    const to = webhookRequest(url, { accountId: 'AC-off', destination: 'WE-off', timeoutMs: 300 });
    expect(await made.send(to)).toMatchObject({ kind: 'response' });
    await svixPut('AC-off', 'WE-off', { url, disabled: true });
    expect(await made.send(to)).toMatchObject({ kind: 'failed', reason: 'timeout' });
    expect(await made.send({ ...to, timeoutMs: 20_000 })).toMatchObject({ kind: 'response', status: 200 });
  });

  it.each([
    ['is not there', { url: 'http://127.0.0.1:1' }],
    ['does not know our token', { token: 'wrong' }],
  ])('says that its carrier failed, not the receiver, where Svix %s', async (_what, how) => {
    const { url, seen } = await receivers.open({ status: 200 });
    const outcome = await sender(how).send(webhookRequest(url));
    expect(outcome).toMatchObject({
      kind: 'failed',
      reason: 'carrier',
      message: expect.stringMatching(/^Svix did not/),
    });
    expect(JSON.stringify(outcome)).not.toMatch(/testsk_double|whsec_/);
    expect(seen).toEqual([]);
  });

  it('says that the URL is at fault where Svix takes none such', async () => {
    const { url } = await receivers.open({ status: 200 });
    svix.httpsOnly = true;
    try {
      const outcome = await sender().send(webhookRequest(url));
      expect(outcome).toMatchObject({ kind: 'failed', reason: 'bad-url', message: expect.stringContaining('Svix') });
    } finally {
      svix.httpsOnly = false;
    }
  });

  it('gives up in time where Svix takes messages and delivers none', async () => {
    const { url } = await receivers.open({ status: 200 });
    svix.delivers = false;
    try {
      const outcome = await sender().send(webhookRequest(url, { timeoutMs: 200 }));
      expect(outcome).toMatchObject({ kind: 'failed', reason: 'timeout' });
    } finally {
      svix.delivers = true;
    }
  });
});

/** Somebody changes an endpoint at Svix itself. */
async function svixPut(application: string, endpoint: string, body: object): Promise<void> {
  await fetch(`${svix.url}/api/v1/app/${application}/endpoint/${endpoint}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${svix.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}
