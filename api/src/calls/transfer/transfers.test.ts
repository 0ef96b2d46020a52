import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import {
  answers,
  createFakeEngine,
  type FakeFarEnd,
  fakeReplaces,
  neverAnswers,
  refuses,
} from '@hookswitch/media/drivers/fake/index';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { TransferTarget } from '@hookswitch/media/port/transfer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChildDial } from '../../scripting/index.js';
import { accountId, callsForTests, endpointId, ownNumber, scriptUrl, trunkId } from '../calls-node.fixture.js';

const colleague = `SE${'5'.repeat(32)}`;
const ours = (user: string, more: Partial<TransferTarget> = {}): { to: TransferTarget } => ({
  to: { uri: `sip:${user}@us.example`, user, host: 'us.example', isOurs: true, headers: {}, ...more },
});
const elsewhere = (uri: string): { to: TransferTarget } => ({
  to: { uri, user: 'bob', host: 'friends.example', isOurs: false, headers: {} },
});

/** A node whose calls run a script that dials and lets both talk. */
async function setUp(account: Parameters<typeof callsForTests>[0]['account'] = {}) {
  const clock = new ManualClock();
  const engine = createFakeEngine({ clock, random: seededRandom(3) });
  await engine.start();
  const kit = await callsForTests({ clock, engine, account });
  const dialled: FakeFarEnd[] = [];
  engine.network.events.on('dialled', (far) => dialled.push(far));
  engine.network.register(endpointId, answers());
  kit.routing.saveEndpoint(colleague, { accountId });
  let target: ChildDial['target'] = { kind: 'endpoint', endpoint: endpointId };
  const talks: string[] = [];
  kit.scripts.scripts.set(scriptUrl, async (run) => {
    run.nextRevision();
    await run.leg.answer();
    const child = await run.children.dial({ target, ringTimeoutSeconds: 30 });
    if (child.leg.status !== 'answered') await new Promise<void>((go) => child.leg.events.once('answered', go));
    const talk = run.children.talk(run.leg, child.leg);
    run.signal.addEventListener('abort', () => talk.end({ by: 'local', reason: 'hangup' }));
    talks.push(await talk.over);
    return { kind: 'finished' };
  });
  const pass = async (ms = 50) => {
    for (let turn = 0; turn < 4; turn++) await clock.advanceAsync(ms / 4);
  };
  const called = async (source: 'trunk' | 'endpoint' = 'trunk', wanted = target) => {
    target = wanted;
    const id = source === 'trunk' ? trunkId : endpointId;
    const from = source === 'trunk' ? '+447700900123' : 'anna';
    const caller = engine.network.call({ from, to: ownNumber, source: { kind: source, id } });
    await pass();
    const legs = engine.calls();
    return { caller, phone: dialled.at(-1)!, leg: legs.at(-2)!, childLeg: legs.at(-1)! };
  };
  const idle = async () => {
    await pass(400_000);
    expect(engine.gauges()).toEqual({
      calls: 0,
      dialogs: 0,
      transactions: 0,
      mediaPorts: 0,
      timers: 0,
      recordings: 0,
      conferences: 0,
    });
  };
  return { clock, engine, dialled, talks, pass, called, idle, ...kit };
}

describe('a phone that transfers', () => {
  it('is replaced by whom it names: a call of the same family, with its own record, that says who asked for it', async () => {
    const { engine, called, pass, dialled, store, talks, idle } = await setUp();
    engine.network.phone('+14155550122', answers(1000));
    const { caller, phone, leg, childLeg } = await called();
    phone.refer({ ...ours('+14155550122'), referredBy: '<sip:anna@us.example>' });
    await pass(500);
    expect([phone.referAnswers, phone.notified]).toEqual([[202], [100, 180]]);
    await pass(1000);
    expect(phone.notified).toEqual([100, 180, 200]);
    expect([phone.status, caller.status, dialled.at(-1)!.status, talks]).toEqual(['ended', 'answered', 'answered', []]);
    const next = engine.calls().at(-1)!;
    expect(await store.find(next.id)).toMatchObject({
      to: '+14155550122',
      from: '+447700900123',
      parentCallId: leg.id,
      transferorCallId: childLeg.id,
      direction: 'outbound-dial',
    });
    dialled.at(-1)!.hangUp();
    await pass();
    expect([talks, caller.status]).toEqual([['callee-left'], 'ended']);
    await idle();
  });

  it('goes on talking where nobody comes: busy, unknown, forbidden, too many calls', async () => {
    const { engine, called, pass, routing, idle } = await setUp();
    engine.network.phone('+14155550122', refuses(486));
    const { caller, phone } = await called();
    const asked: [{ to: TransferTarget }, number][] = [
      [ours('+14155550122'), 486],
      [ours('nobody'), 404],
      [ours('+79005550122'), 403],
      [elsewhere('sip:bob@evil.example'), 403],
      [elsewhere('tel-ish:1'), 404],
      [ours(colleague, { replaces: 'x;to-tag=1;from-tag=2' }), 481],
    ];
    for (const [refer, status] of asked) {
      phone.refer(refer);
      await pass(1000);
      expect(phone.notified.at(-1)).toBe(status);
      expect([caller.status, phone.status, phone.hears === undefined]).toEqual(['answered', 'answered', true]);
    }
    routing.saveAccount({ ...(await routing.account(accountId))!, concurrentCalls: 2 });
    phone.refer(ours('+14155550122'));
    await pass(1000);
    expect(phone.notified.at(-1)).toBe(503);
    caller.hangUp();
    await idle();
  });

  it('behind a trunk may where the trunk says so only; at any other address never', async () => {
    const { engine, called, pass, routing, dialled, idle } = await setUp();
    for (const number of ['+14155550122', '+14155550133']) engine.network.phone(number, answers());
    engine.network.phone('bob@friends.example', answers());
    const { phone, caller } = await called('trunk', { kind: 'number', number: '+14155550122' });
    phone.refer(ours('+14155550133'));
    await pass();
    expect(phone.referAnswers).toEqual([603]);
    routing.transferTrunks.add(trunkId);
    phone.refer(ours('+14155550133'));
    await pass(1000);
    expect([phone.referAnswers, dialled.at(-1)!.to]).toEqual([[603, 202], '+14155550133']);
    caller.hangUp();
    const sip = await called('trunk', { kind: 'sip', uri: 'sip:bob@friends.example' });
    sip.phone.refer(ours('+14155550133'));
    await pass();
    expect(sip.phone.referAnswers).toEqual([603]);
    sip.caller.hangUp();
    await idle();
  });

  it('that placed the call itself leaves both others alone: neither ends with it', async () => {
    const { engine, called, pass, dialled, talks, idle } = await setUp();
    for (const number of ['+14155550122', '+14155550133']) engine.network.phone(number, answers(500));
    const { caller } = await called('endpoint', { kind: 'number', number: '+14155550122' });
    await pass(1000);
    const remote = dialled.at(-1)!;
    caller.refer(ours('+14155550133'));
    await pass(100);
    caller.hangUp();
    await pass(1000);
    expect([talks, remote.status, dialled.at(-1)!.status]).toEqual([['caller-left'], 'answered', 'answered']);
    remote.hangUp();
    await pass();
    expect(dialled.at(-1)!.status).toBe('ended');
    await idle();
  });

  it('names a call of its own: whom it talks to in both are joined', async () => {
    const { engine, called, pass, dialled, talks, idle } = await setUp();
    engine.network.phone('+14155550122', answers());
    const first = await called();
    const second = await called('endpoint', { kind: 'number', number: '+14155550122' });
    const remote = dialled.at(-1)!;
    first.phone.refer(ours('x', { replaces: fakeReplaces(second.leg) }));
    await pass();
    expect([first.phone.notified, first.phone.status, second.caller.status]).toEqual([[100, 200], 'ended', 'ended']);
    expect([first.caller.status, remote.status, talks]).toEqual(['answered', 'answered', ['caller-transferred']]);
    first.caller.hangUp();
    await pass();
    expect(remote.status).toBe('ended');
    await idle();
  });

  it('names a call of its own that still rings: they are joined when it is answered, or the two talk on', async () => {
    const { engine, called, pass, dialled, idle } = await setUp();
    engine.network.phone('+14155550122', neverAnswers);
    const first = await called();
    const number = { kind: 'number', number: '+14155550122' } as const;
    const second = await called('endpoint', number);
    const ringing = dialled.at(-1)!;
    first.phone.refer(ours('x', { replaces: fakeReplaces(second.leg) }));
    await pass();
    expect([first.phone.notified, first.caller.status]).toEqual([[100, 180], 'answered']);
    second.caller.hangUp();
    await pass();
    expect([first.phone.notified.at(-1), first.phone.status, ringing.status]).toEqual([487, 'answered', 'ended']);
    const third = await called('endpoint', number);
    const remote = dialled.at(-1)!;
    first.phone.refer(ours('x', { replaces: fakeReplaces(third.leg) }));
    await pass();
    remote.answer();
    await pass();
    expect([first.phone.notified.at(-1), first.phone.status, third.caller.status]).toEqual([200, 'ended', 'ended']);
    expect([first.caller.status, remote.status]).toEqual(['answered', 'answered']);
    remote.hangUp();
    await idle();
  });

  it('cannot name its own call, or one of nobody', async () => {
    const { called, pass, idle } = await setUp();
    const { phone, caller, childLeg } = await called();
    phone.refer(ours('x', { replaces: fakeReplaces(childLeg) }));
    await pass();
    expect([phone.notified.at(-1), caller.status]).toEqual([603, 'answered']);
    caller.hangUp();
    await idle();
  });

  it('that would take a ringing call only is told 486 where it is answered, and 603 where it has ended (RFC 3891 3)', async () => {
    const { called, pass, idle } = await setUp();
    const [first, second] = [await called(), await called('endpoint')];
    const named = fakeReplaces(second.leg);
    first.phone.refer(ours('x', { replaces: `${named};early-only` }));
    await pass();
    expect(first.phone.notified.at(-1)).toBe(486);
    second.caller.hangUp();
    await pass();
    first.phone.refer(ours('x', { replaces: named }));
    await pass();
    expect([first.phone.notified.at(-1), first.caller.status]).toEqual([603, 'answered']);
    first.caller.hangUp();
    await idle();
  });

  it('leaves nothing open, whatever comes first', async () => {
    const acts = ['refer', 'refer-again', 'attended', 'caller-leaves', 'phone-leaves', 'target-answers'] as const;
    const more = [
      'target-refuses',
      'target-leaves',
      'script-stops',
      'wait',
      'second-leaves',
      'remote-leaves',
      'remote-answers',
    ] as const;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...acts, ...more), { minLength: 1, maxLength: 12 }),
        fc.boolean(),
        async (order, rings) => {
          const { engine, called, pass, dialled, idle, calls } = await setUp();
          engine.network.phone('+14155550122', rings ? neverAnswers : answers());
          engine.network.phone('+14155550133', neverAnswers);
          const first = await called();
          const second = await called('endpoint', { kind: 'number', number: '+14155550122' });
          const remote = dialled.at(-1)!;
          const before = dialled.length;
          const target = () => dialled.slice(before).at(-1);
          const does: Record<(typeof order)[number], () => unknown> = {
            refer: () => first.phone.refer(ours('+14155550133')),
            'refer-again': () => second.caller.refer(ours('+14155550133')),
            attended: () => first.phone.refer(ours('x', { replaces: fakeReplaces(second.leg) })),
            'caller-leaves': () => first.caller.hangUp(),
            'phone-leaves': () => first.phone.hangUp(),
            'target-answers': () => target()?.answer(),
            'target-refuses': () => target()?.refuse(486),
            'target-leaves': () => target()?.hangUp(),
            'script-stops': () =>
              void calls.control
                .modify({ accountId, callId: first.leg.id, change: { script: { url: 'https://example.com/next' } } })
                .catch(() => undefined),
            wait: () => undefined,
            'second-leaves': () => second.caller.hangUp(),
            'remote-leaves': () => remote.hangUp(),
            'remote-answers': () => remote.answer(),
          };
          for (const act of order) {
            does[act]();
            await pass(order.length % 2 === 0 ? 0 : 8);
          }
          await pass(100);
          for (const far of [first.caller, second.caller]) far.hangUp();
          await pass(100_000);
          for (const far of [first.phone, remote, ...dialled]) far.hangUp();
          await idle();
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a call that takes the place of another', () => {
  it('may from the account itself or the same trunk; to others there is no such call', async () => {
    const { engine, called, pass, routing, store, idle, calls } = await setUp();
    routing.saveTrunk({ id: 'TK-other', concurrentCalls: 9, callsPerSecond: 9 });
    routing.saveEndpoint('SE-stranger', { accountId: `AC${'9'.repeat(32)}` });
    const { caller, phone, leg, childLeg } = await called();
    const take = async (source: { kind: 'trunk' | 'endpoint'; id: string }, whom: LiveCall) => {
      const far = engine.network.call({ from: 'bob', to: 'take', source, replaces: { leg: whom } });
      await pass();
      return far;
    };
    expect((await take({ kind: 'trunk', id: 'TK-other' }, leg)).refusedWith).toBe(481);
    expect((await take({ kind: 'trunk', id: trunkId }, childLeg)).refusedWith).toBe(481);
    expect((await take({ kind: 'endpoint', id: 'SE-stranger' }, childLeg)).refusedWith).toBe(481);
    const next = await take({ kind: 'endpoint', id: colleague }, childLeg);
    expect([next.status, phone.status, caller.status]).toEqual(['answered', 'ended', 'answered']);
    expect(await store.find(childLeg.id)).toMatchObject({ endpointId: colleague, status: 'in-progress' });
    const family = await calls.family.begin(accountId, 'CN1', []);
    const seat = await calls.family.dial(family, {
      target: { kind: 'endpoint', endpoint: endpointId },
      callerId: 'customer',
      ringTimeoutSeconds: 30,
    });
    await pass();
    expect((await take({ kind: 'endpoint', id: colleague }, seat.leg)).refusedWith).toBe(481);
    expect((await take({ kind: 'endpoint', id: endpointId }, seat.leg)).status).toBe('answered');
    seat.leg.hangUp();
    const moved = await take({ kind: 'trunk', id: trunkId }, leg);
    expect([moved.status, caller.status, next.status]).toEqual(['answered', 'ended', 'answered']);
    moved.hangUp();
    await pass();
    expect(next.status).toBe('ended');
    await idle();
  });
});
