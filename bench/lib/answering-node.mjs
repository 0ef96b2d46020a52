// A node of the calls role that places no call and stores nothing: it answers `call.place.v1` at once, with the record that a real one would answer. So a process that takes requests can
// be kept busy, which the whole platform on the same two cores cannot.
import { Redis } from 'ioredis';
import { RedisCommandChannel, RedisNodeLeases } from '../../api/dist/calls/index.js';
import { systemClock } from '../../kernel/dist/clock.js';
import { startRedisServer } from '../../platform/dist/data-servers/redis-server.js';

const nodeId = 'node-of-the-bench';

/** Joins the platform that keeps its data in that folder. */
export async function startAnsweringNode(dataFolder) {
  const { uri } = await startRedisServer({ dataFolder });
  const redis = new Redis(uri);
  const leases = new RedisNodeLeases(redis);
  const commands = await RedisCommandChannel.open({ redis, processId: nodeId, clock: systemClock });
  const renew = () => leases.renew(nodeId, 10_000, { total: 0, accounts: {}, trunks: {} });
  await renew();
  const renewing = setInterval(renew, 2000);
  await commands.listen(nodeId, async ({ request }) => placed(request));
  return {
    async stop() {
      clearInterval(renewing);
      await leases.release(nodeId);
      await commands.close();
      await redis.quit();
    },
  };
}

function placed({ callId: id, accountId, to, from, script, timeLimitSeconds }) {
  const createdAt = Date.now();
  const contactId = id.replace('CA', 'CN');
  const snapshot = { id, accountId, contactId, direction: 'outbound-api', from, to, status: 'initiated', createdAt };
  const event = { sequence: 1, id: id.replace('CA', 'EV'), at: createdAt, type: 'call.initiated', call: snapshot };
  return {
    ...{ ...snapshot, script, scriptRevision: 0, nodeId, sipCallId: `${id}@127.0.0.1`, timeLimitSeconds },
    ...{ tags: {}, recordingIds: [], sequence: 1, revision: 1, pendingEvents: [event] },
  };
}
