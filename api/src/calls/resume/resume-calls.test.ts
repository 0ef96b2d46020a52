import { answers } from '@hookswitch/media/drivers/fake/index';
import { describe, expect, it } from 'vitest';
import { scriptUrl } from '../calls-node.fixture.js';
import { Lives } from './lives.fixture.js';

const dialAnna = {
  verb: 'dial',
  targets: [{ type: 'number', number: '+14155550101' }],
  action: 'https://app.example/after',
};

/** A caller who talks to somebody whom the script dialled. */
async function talking(verb: Record<string, unknown> = dialAnna) {
  const lives = await new Lives().begin();
  lives.outside.network.phone('+14155550101', answers(0));
  lives.http.on('https://app.example/after', JSON.stringify([{ verb: 'hangup' }]));
  const caller = await lives.call([verb]);
  await lives.pass(5000);
  const [callee] = lives.dialled;
  return { lives, caller, callee: callee! };
}

/** All calls of that account, the caller's first. */
async function records(lives: Lives) {
  const all = await lives.store.list(`AC${'1'.repeat(32)}`, {}, { limit: 100 });
  return [...all].sort((a, b) => (a.id < b.id ? -1 : 1));
}

const cdrs = ({ pendingEvents }: { pendingEvents: readonly { type: string }[] }) =>
  pendingEvents.filter(({ type }) => type === 'cdr.created').length;

describe('a talk whose process is killed', () => {
  it.each(['caller', 'callee'] as const)(
    'goes on, and ends with the %s: both records once, with the whole talk, and the action is told',
    async (who) => {
      const { lives, caller, callee } = await talking();
      await lives.restart();
      expect(await records(lives)).toMatchObject([{ status: 'in-progress' }, { status: 'in-progress' }]);
      expect([caller.status, callee.status, lives.kit.calls.registry.size]).toEqual(['answered', 'answered', 2]);
      await lives.pass(10_000);
      (who === 'caller' ? caller : callee).hangUp();
      await lives.pass(2000);
      const [inbound, dialled] = await records(lives);
      expect(inbound).toMatchObject({
        status: 'completed',
        termination: { reason: 'hangup' },
        scriptRevision: who === 'caller' ? 1 : 2,
      });
      expect(dialled).toMatchObject({ status: 'completed', termination: { reason: 'hangup' } });
      expect([cdrs(inbound!), cdrs(dialled!)]).toEqual([1, 1]);
      expect((dialled!.endedAt! - dialled!.answeredAt!) / 1000).toBeCloseTo(16.5, 0);
      expect(lives.questions.filter(({ url }) => url !== scriptUrl)).toMatchObject([
        {
          url: 'https://app.example/after',
          result: { verb: 'dial', dialStatus: 'completed', bridged: true, durationSeconds: 17 },
        },
      ]);
      expect([caller.status, callee.status]).toEqual(['ended', 'ended']);
      expect(Object.values(lives.kit.engine.gauges())).toEqual([0, 0, 0, 0, 0, 0, 0]);
      expect(lives.kit.calls.admission.counts()).toEqual({ total: 0, accounts: {}, trunks: {} });
    },
  );
});
