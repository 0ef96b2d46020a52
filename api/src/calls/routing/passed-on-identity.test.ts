import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { createFakeEngine } from '@hookswitch/media/drivers/fake/index';
import type { DialRequest } from '@hookswitch/media/port/call-engine';
import { describe, expect, it } from 'vitest';
import type { ChildDial } from '../../scripting/index.js';
import { accountId, callsForTests, endpointId, ownNumber, trunkId } from '../calls-node.fixture.js';
import { dialledIdentity, type IdentityQuestion } from './passed-on-identity.js';

describe('who a call that is dialled for another says that calls', () => {
  const busy = { user: '+15550122', reason: 'user-busy', times: 1 } as const;
  const by = { user: ownNumber, reason: 'unconditional', times: 1 } as const;
  const open = { hidden: false, diversions: [] };
  const hides = { hidden: true, withheldFrom: '+447700900123', diversions: [busy] };
  const plain = { ownCallerId: false, privacy: 'none', divertingNumber: ownNumber } as const;

  it.each<[what: string, question: IdentityQuestion, answer: ReturnType<typeof dialledIdentity>]>([
    [
      'the caller, sent on by the number he called',
      { ...plain, from: '+447700900123', passedOn: open },
      { from: '+447700900123', hidden: false, diversions: [by] },
    ],
    [
      'a hidden caller stays hidden; what a trusted trunk asserted goes on, and who sent the call on before',
      { ...plain, from: 'anonymous', passedOn: hides },
      { from: '+447700900123', hidden: true, diversions: [by, busy] },
    ],
    [
      'a hidden caller whom nobody named',
      { ...plain, from: 'anonymous', passedOn: { hidden: true, diversions: [] } },
      { from: 'anonymous', hidden: true, diversions: [by] },
    ],
    [
      'a caller id of its own is shown, and the call is nobody’s sent on',
      { ...plain, from: ownNumber, ownCallerId: true, passedOn: hides },
      { from: ownNumber, hidden: false, diversions: [] },
    ],
    [
      'a caller id of its own that the script hides',
      { ...plain, from: ownNumber, ownCallerId: true, privacy: 'id', passedOn: open },
      { from: ownNumber, hidden: true, diversions: [] },
    ],
    [
      'a call of a phone of ours is not sent on by a number',
      { ...plain, from: ownNumber, passedOn: open, divertingNumber: undefined },
      { from: ownNumber, hidden: false, diversions: [] },
    ],
    [
      'a contact that no call began',
      { ...plain, from: ownNumber, passedOn: undefined, divertingNumber: undefined },
      { from: ownNumber, hidden: false, diversions: [] },
    ],
  ])('%s', (_what, question, answer) => {
    expect(dialledIdentity(question)).toEqual(answer);
  });
});

async function setUp() {
  const clock = new ManualClock();
  const engine = createFakeEngine({ clock, random: seededRandom(7) });
  await engine.start();
  const kit = await callsForTests({ clock, engine });
  const dialled: DialRequest[] = [];
  engine.network.events.on('dialled', (_, request) => dialled.push(request));
  const call = async (more: Partial<Parameters<typeof engine.network.call>[0]>) => {
    engine.network.call({ from: 'anonymous', to: ownNumber, source: { kind: 'trunk', id: trunkId }, ...more });
    await clock.advanceAsync(1000);
    return kit.scripts.runs.at(-1)!;
  };
  const dial = async (run: Awaited<ReturnType<typeof call>>, more: Partial<ChildDial> = {}) => {
    const target = { kind: 'number', number: '+14155550199' } as const;
    await run.children.dial({ target, ringTimeoutSeconds: 30, ...more });
    await clock.advanceAsync(1000);
    return dialled.at(-1)!;
  };
  return { ...kit, clock, dialled, call, dial };
}

describe('a hidden caller', () => {
  const identity = {
    hidden: true,
    withheld: { user: '+447700900123' },
    diversions: [{ user: '+15550122', reason: 'no-answer', times: 1 }],
  } as const;

  it('is anonymous in the record, its events and to the script, which sees who sent the call on', async () => {
    const { call, store } = await setUp();
    const run = await call({ identity });
    expect(run.call()).toMatchObject({ from: 'anonymous', forwardedFrom: '+15550122', forwardingReason: 'no-answer' });
    expect(JSON.stringify(run.call())).not.toContain('7700900123');
    expect(JSON.stringify(await store.find(run.call().id))).not.toContain('7700900123');
  });

  it('stays hidden on the calls that his script dials; those with a caller id of their own show it', async () => {
    const { call, dial } = await setUp();
    const run = await call({ identity });
    expect(await dial(run)).toMatchObject({
      from: '+447700900123',
      hidden: true,
      diversions: [{ user: ownNumber, reason: 'unconditional' }, { user: '+15550122' }],
    });
    const own = await dial(run, { callerId: ownNumber });
    expect([own.from, own.hidden, own.diversions]).toEqual([ownNumber, undefined, []]);
    // A script that names the caller's own id says nothing new.
    expect(await dial(run, { callerId: 'anonymous' })).toMatchObject({ from: '+447700900123', hidden: true });
  });

  it('who calls from a phone of ours stays hidden outside, though the script knows the phone', async () => {
    const { call, dial } = await setUp();
    const run = await call({
      from: '+14155550100',
      source: { kind: 'endpoint', id: endpointId },
      identity: { hidden: true },
    });
    expect(await dial(run)).toMatchObject({ hidden: true, diversions: [] });
  });
});

describe('a call placed with callerIdPrivacy', () => {
  it('hides its number from the called party, not from the record', async () => {
    const { place, dialled, clock, store } = await setUp();
    const { id } = await place({ callerIdPrivacy: 'id' });
    await clock.advanceAsync(1000);
    expect(dialled.at(-1)).toMatchObject({ from: ownNumber, hidden: true });
    expect(await store.get(accountId, id)).toMatchObject({ from: ownNumber });
    await place();
    await clock.advanceAsync(1000);
    expect(dialled.at(-1)!.hidden).toBeUndefined();
  });
});
