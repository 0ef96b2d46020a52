import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { describe, expect, it } from 'vitest';
import { MemoryLiveCentreStore } from '../acd/index.js';
import type { Contact } from '../contacts/index.js';
import { callBackScript, rememberedAgent } from './outbound-memory.js';

const own = { url: 'https://example.com/ivr' };
const verbs = (script: unknown) => JSON.parse((script as { inline: string }).inline) as { verb: string }[];

describe('OUTSET-06, OUTSET-07 what a call back runs', () => {
  const settings = { outboundMemory: 'fixed', outboundMemoryFailure: 'wait' } as const;
  const ann = { agentId: 'AG1', available: true };

  it('fixed: nothing but the wait for the agent, who may be busy', () => {
    for (const available of [true, false]) {
      const run = verbs(callBackScript(settings, { ...ann, available }, own));
      expect(run).toEqual([{ verb: 'enqueue', agents: ['AG1'], whenNoSeat: 'wait' }]);
    }
  });

  it('fixed, and to end where the agent cannot take it', () => {
    const ends = { ...settings, outboundMemoryFailure: 'end' } as const;
    expect(callBackScript(ends, { ...ann, available: false }, own)).toBe('end');
    expect(verbs(callBackScript(ends, ann, own))).toHaveLength(1);
  });

  it("preferred: the agent first where it is free, the number's own script after that, or at once", () => {
    const preferred = { ...settings, outboundMemory: 'preferred' } as const;
    expect(verbs(callBackScript(preferred, ann, own))).toMatchObject([
      { verb: 'enqueue', agents: ['AG1'], afterTalk: 'hangup' },
      { verb: 'redirect', url: own.url },
    ]);
    const spoken = { inline: '[{"verb":"say","text":"Hello"}]' };
    expect(verbs(callBackScript(preferred, ann, spoken)).map(({ verb }) => verb)).toEqual(['enqueue', 'say']);
    expect(callBackScript(preferred, { ...ann, available: false }, own)).toBe(own);
  });
});

describe('OUTSET-06 who is remembered', () => {
  const clock = new ManualClock();
  const contact = (agentId: string, callId?: string) =>
    ({ participants: [callId === undefined ? {} : { callId }, { agentId }] }) as unknown as Contact;
  const remembered = (...found: Contact[]) => {
    const asked: unknown[] = [];
    const agent = rememberedAgent('AC1', '+441', 3 * 86_400_000, {
      contacts: {
        async list(...question) {
          asked.push(question);
          return found;
        },
      },
      agents: { get: async (_account, id) => (id === 'AGgone' ? undefined : ({ id } as never)) },
      live: new MemoryLiveCentreStore(),
      clock,
    });
    return { agent, asked };
  };

  it('the newest who really called, and nobody who has left', async () => {
    const { agent, asked } = remembered(contact('AG3'), contact('AG2', 'CA2'), contact('AG1', 'CA1'));
    expect(await agent).toEqual({ agentId: 'AG2', available: false });
    expect(asked).toEqual([
      ['AC1', { direction: 'outbound', customer: '+441', startedFrom: clock.now() - 3 * 86_400_000 }, { limit: 20 }],
    ]);
    expect(await remembered(contact('AGgone', 'CA1')).agent).toBeUndefined();
    expect(await remembered().agent).toBeUndefined();
  });
});
