import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { createFakeEngine } from '@hookswitch/media/drivers/fake/index';
import { describe, expect, it } from 'vitest';
import { accountId, callsForTests, eventTypes, ownNumber, trunkId } from '../calls-node.fixture.js';
import type { ReferOrder } from '../control/call-control.js';

async function setUp() {
  const clock = new ManualClock();
  const engine = createFakeEngine({ clock, random: seededRandom(7) });
  await engine.start();
  const kit = await callsForTests({ clock, engine });
  const answered = async () => {
    const source = { kind: 'trunk', id: trunkId } as const;
    const caller = engine.network.call({ from: '+447700900123', to: ownNumber, source });
    await clock.advanceAsync(100);
    return { caller, callId: engine.calls().at(-1)!.id };
  };
  const refer = async (callId: string, order: Omit<ReferOrder, 'timeoutSeconds'>) => {
    const change = { refer: { timeoutSeconds: 60, ...order } };
    const answer = kit.calls.control.modify({ accountId, callId, change }).then(
      () => 'done',
      (error: { code: string }) => error.code,
    );
    await clock.advanceAsync(3000);
    return answer;
  };
  const timeline = async (callId: string) => {
    await clock.advanceAsync(5000);
    const entries = await kit.timelineStore.list(accountId, callId, { limit: 100 });
    return entries.map(({ summary }) => summary);
  };
  return { clock, answered, refer, timeline, ...kit };
}

describe('a live call that is sent elsewhere by the API', () => {
  it('is referred, tells how that goes on its timeline, and is hung up when it was transferred', async () => {
    const { clock, answered, refer, timeline, store } = await setUp();
    const { caller, callId } = await answered();
    expect(await refer(callId, { referTo: 'sip:100@pbx.example' })).toBe('done');
    expect([caller.referredTo, caller.status]).toEqual([['sip:100@pbx.example'], 'answered']);
    for (const status of [180, 200]) caller.notify(status);
    await clock.advanceAsync(100);
    expect(caller.status).toBe('ended');
    expect(await timeline(callId)).toEqual(
      expect.arrayContaining([
        'changed by API: refer',
        'the far end tells of its new call: 180',
        'the far end tells of its new call: 200',
        'refer: transferred',
      ]),
    );
    expect(await eventTypes(store, callId)).toContain('call.updated');
  });

  it('stays where the far end could not', async () => {
    const { clock, answered, refer, timeline } = await setUp();
    const { caller, callId } = await answered();
    await refer(callId, { referTo: '+14155550122' });
    caller.notify(486);
    await clock.advanceAsync(100);
    expect([caller.referredTo, caller.status]).toEqual([['sip:+14155550122@192.0.2.1:5060'], 'answered']);
    expect(await timeline(callId)).toContain('refer: failed');
  });

  it('may be sent to another call of the account, and to no other', async () => {
    const { answered, refer } = await setUp();
    const [one, two] = [await answered(), await answered()];
    expect(await refer(one.callId, { callId: `CA${'0'.repeat(32)}` })).toBe('resource-not-found');
    expect(await refer(one.callId, { callId: one.callId })).toBe('resource-not-found');
    expect(await refer(one.callId, { callId: two.callId })).toBe('done');
    expect(one.caller.referredTo[0]).toContain('Replaces=');
  });
});
