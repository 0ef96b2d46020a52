import { randomInt } from 'node:crypto';
import { throwawayRedisDatabases } from '@hookswitch/platform/data-servers/redis-server';
import { describe, expect, it } from 'vitest';
import { useWorld } from './world.js';

const on = useWorld({ name: 'call_log', redisDatabase: randomInt(16, throwawayRedisDatabases) });

interface Line {
  readonly msg: string;
  readonly level: number;
  readonly callId?: string;
  readonly [field: string]: unknown;
}

/** What the log says of a call, found by its id as an operator would. */
function linesOf(output: readonly string[], callId: string): readonly Line[] {
  return output.filter((line) => line.includes(callId)).map((line) => JSON.parse(line) as Line);
}

describe('the log of a normal call', () => {
  it('is a line at its start and one at its end, found by its id, with masked numbers', async () => {
    const { world } = on;
    const line = await world.line([{ verb: 'answer' }, { verb: 'pauseRecording' }, { verb: 'pause', length: 60 }]);
    const call = await world.call(line);
    await call.answered();
    const callId = await world.callId(line.path);
    await world.eventually('the verb without sense to be noted', async () => {
      const { items } = await world.api.get<{ items: { kind: string }[] }>(`/v1/calls/${callId}/timeline`);
      return items.some(({ kind }) => kind === 'error') || undefined;
    });
    await call.bye();
    await world.cdr(callId);
    const lines = await world.eventually('the line of its end', async () => {
      const found = linesOf(world.platform.output, callId).filter(({ level }) => level >= 30);
      return found.some(({ msg }) => msg === 'call ended') ? found : undefined;
    });
    expect(lines.map(({ msg }) => msg)).toEqual(['call started', 'call ended']);
    const { accountId } = world.firstAccount;
    const from = expect.stringMatching(/^\+\d{3}\*+\d{2}$/);
    expect(lines[0]).toMatchObject({ callId, accountId, direction: 'inbound', from, to: from });
    expect(lines[1]).toMatchObject({
      callId,
      accountId,
      direction: 'inbound',
      from,
      to: from,
      status: 'completed',
      by: 'remote',
      reason: 'hangup',
      seconds: expect.any(Number),
      talkSeconds: expect.any(Number),
      scriptErrors: 1,
    });
  });

  it('also tells of a call that policy refused', async () => {
    const { world } = on;
    const line = await world.line([
      { verb: 'dial', targets: [{ type: 'number', number: '+99900000001' }], callerId: '+15559999999' },
    ]);
    const call = await world.call(line);
    await call.ended;
    await world.cdr(await world.callId(line.path));
    const refused = await world.eventually('the line of the refusal', async () => {
      const found = world.platform.output.filter((text) => text.includes('"call refused"'));
      return found.length > 0 ? found : undefined;
    });
    expect(refused).toHaveLength(1);
    expect(JSON.parse(refused[0]!)).toMatchObject({ direction: 'outbound-dial', reason: 'denied', level: 30 });
  });
});
