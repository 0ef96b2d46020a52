// The workers role of the platform in this process, and calls whose events it relays and sends, written as a node writes them. Started by webhooks.mjs, which
// asks by messages: { accounts } makes endpoints, { work } writes calls; every answer says how much CPU this process took so far.

import { callEvent, callSnapshot } from '../../api/dist/calls/index.js';
import { buildCdr } from '../../api/dist/cdrs/index.js';
import { readSettings } from '../../api/dist/config/settings.js';
import { addSigningSecret, newSigningSecret } from '../../api/dist/secrets/index.js';
import { createLogger } from '../../kernel/dist/logger.js';
import { startPlatform } from '../../platform/dist/compose/platform.js';
import { openServerBacking } from '../../platform/dist/compose/server-backing.js';
import { startMongoServer } from '../../platform/dist/data-servers/mongo-server.js';
import { startRedisServer } from '../../platform/dist/data-servers/redis-server.js';
import { sleep } from './measure.mjs';

const dataFolder = process.argv[2];
const settings = readSettings({ ROLES: 'workers', ALLOWED_PRIVATE_TARGETS: '127.0.0.0/8', LOG_LEVEL: 'error' });
const logger = createLogger({ level: settings.logLevel });
const redis = await startRedisServer({ dataFolder, throwaway: true });
const mongo = await startMongoServer({ dataFolder, throwaway: true });
const backing = await openServerBacking({ settings, mongodbUri: mongo.uri, redisUrl: redis.uri, dataFolder, logger });
const platform = await startPlatform(backing, settings);
const { features } = platform;
const { clock, newId, random, secretBox } = backing;
const accountIds = [];
// The node that owns the calls lives, or its calls would be ended as lost.
await backing.leases.renew('bench', 3_600_000, { total: 0, accounts: {}, trunks: {} });

/** One endpoint for each of `urls`, each of an account of its own; accounts without endpoints where there are more. */
async function addAccounts({ accounts, urls }) {
  accountIds.length = 0;
  for (let n = 0; n < accounts; n++) {
    const accountId = newId('AC');
    accountIds.push(accountId);
    if (urls[n] === undefined) continue;
    const id = newId('WH');
    const at = new Date(clock.now()).toISOString();
    await features.webhookEndpoints.insert({
      id,
      accountId,
      revision: 1,
      createdAt: at,
      updatedAt: at,
      url: urls[n],
      description: '',
      events: null,
      status: 'enabled',
      disabledBecause: null,
      signature: 'v1',
      signingSecrets: addSigningSecret([], newSigningSecret(random), { secretBox, clock, ownerId: id, overlapMs: 0 }),
      failingSince: null,
      pendingEvent: null,
      hasPendingEvent: false,
    });
  }
}

/** Events of one call: initiated, answered, updated, completed and its CDR. */
const eventsPerCall = 5;

/** A call of 300 ms, written as its node would write it. */
async function oneCall(accountId) {
  const call = {
    id: newId('CA'),
    accountId,
    contactId: newId('CN'),
    direction: 'inbound',
    from: '+14155550100',
    to: '+14155550101',
    status: 'ringing',
    nodeId: 'bench',
    scriptRevision: 1,
    createdAt: clock.now(),
    tags: { campaign: 'spring' },
    recordingIds: [],
  };
  let known = await features.calls.insert(call, [callEvent('call.initiated', call)]);
  const change = async (set, events) => {
    known = await features.calls.change(call.id, (now) => ({ set, events: events({ ...now, ...set }) }), known);
    await sleep(100);
  };
  await sleep(100);
  await change({ status: 'in-progress', answeredAt: clock.now() }, (now) => [callEvent('call.answered', now)]);
  await change({ tags: { campaign: 'spring', step: '2' } }, (now) => [callEvent('call.updated', now, ['tags'])]);
  const end = {
    status: 'completed',
    endedAt: clock.now(),
    termination: { result: 'completed', by: 'remote', reason: 'hangup' },
  };
  await change(end, (now) => [
    { type: 'call.completed', data: { call: callSnapshot(now) } },
    { type: 'cdr.created', data: { ...buildCdr(now) } },
  ]);
}

/** Writes calls for so long, each beginning on time. Resolves to how many events that made, when all are written. */
async function load({ eventsPerSecond, seconds }) {
  const perSecond = eventsPerSecond / eventsPerCall;
  const total = Math.round(perSecond * seconds);
  const startedAt = performance.now();
  const calls = [];
  for (let n = 0; n < total; n++) {
    const wait = startedAt + (n * 1000) / perSecond - performance.now();
    if (wait > 0) await sleep(wait);
    calls.push(oneCall(accountIds[n % accountIds.length]));
  }
  await Promise.all(calls);
  await features.outbox.flush();
  const callsOf = (n) => Math.ceil((total - n) / accountIds.length);
  return { events: total * eventsPerCall, eventsByAccount: accountIds.map((_, n) => callsOf(n) * eventsPerCall) };
}

process.on('message', async ({ accounts, work }) => {
  if (accounts) await addAccounts(accounts);
  const done = work ? await load(work) : {};
  const { user, system } = process.cpuUsage();
  process.send({ ...done, cpuMs: (user + system) / 1000 });
});
process.once('disconnect', async () => {
  await platform.stop();
  await Promise.all([redis.stop(), mongo.stop()]);
  process.exit(0);
});
process.send('ready');
