import { describe, expect, it } from 'vitest';
import { actionUrl, ContactWorld } from './contact-world.fixture.js';

const accountId = `AC${'1'.repeat(32)}`;

describe('what a script may ask of the queue', () => {
  it.each([
    '__proto__',
    'constructor',
    'toString',
    'SG1\u0000',
    'SG1\r\nX: y',
    '../SG1',
    '${WaitNo}',
    ' ',
    'x'.repeat(100),
  ])('no group is found by the name %j: the wait failed, and nothing is left', async (skillGroup) => {
    const world = await new ContactWorld().start('AG1');
    await world.customer({ skillGroup });
    await world.advance(1000);
    expect(world.result).toMatchObject({ queueResult: 'failed', errorCode: 'resource-not-found' });
    expect(world.rings('AG1')).toBe(false);
    expect(await world.live.load(accountId)).toMatchObject({ entries: [], offers: [] });
  });

  it('says nothing and does nothing for a verb that is too long, unknown or of another shape', async () => {
    const wrong: Readonly<Record<string, unknown>>[] = [
      { uui: 'x'.repeat(1025) },
      { keys: Array.from({ length: 51 }, () => ({ key: '1', label: '' })) },
      { keys: [{ key: '1', label: 'x', more: true }] },
      { agents: Array.from({ length: 10_000 }, (_, n) => `AG${String(n).padStart(32, '0')}`) },
      { agents: ['__proto__'] },
      { preferredAgents: [{ $gt: '' }] },
      { priority: 1e9 },
      { priority: '100' },
      { skillGroup: { $ne: '' } },
      JSON.parse('{"__proto__": {"priority": 100}, "polluted": true}'),
      { constructor: { prototype: { priority: 100 } } },
    ];
    for (const verb of wrong) {
      const world = await new ContactWorld().start('AG1');
      const customer = await world.customer(verb);
      await world.advance(60_000);
      expect([customer.status, world.rings('AG1')]).toEqual(['ended', false]);
      expect((await world.live.load(accountId)).entries).toEqual([]);
      expect(world.contacts.size).toBe(0);
      expect(({} as { priority?: number }).priority).toBeUndefined();
    }
  });

  it('tells agents what was given as it was given, whatever bytes are in it', async () => {
    const nasty = '\u0000\u0007\r\nVia: x\u202e</script>"\\ud800 ${StaffNo} {{x}} 𝕏';
    const world = await new ContactWorld().start('AG1');
    await world.customer({
      uui: nasty,
      keys: [
        { key: '\r\n\u0000', label: nasty },
        { key: '__proto__', label: 'constructor' },
      ],
    });
    expect(world.rings('AG1')).toBe(true);
    expect(JSON.stringify(world.phone('AG1').headers)).not.toContain('Via');
    expect(world.told[0]![1]).toMatchObject({
      type: 'callIn',
      uui: nasty,
      ivrPath: [
        { key: '\r\n\u0000', label: nasty },
        { key: '__proto__', label: 'constructor' },
      ],
    });
  });

  it('one caller whose script queues it again and again keeps one place, and its record stays small', async () => {
    const world = await new ContactWorld().start();
    let asked = 0;
    const again = JSON.stringify([{ verb: 'enqueue', skillGroup: 'Service', action: actionUrl }]);
    world.http.on(actionUrl, () => {
      asked += 1;
      return asked < 1000 ? again : JSON.stringify([{ verb: 'hangup' }]);
    });
    await world.customer();
    let most = 0;
    for (let step = 0; step < 3000 && world.contacts.size > 0; step += 1) {
      await world.advance(100);
      most = Math.max(most, (await world.live.load(accountId)).entries.length);
    }
    expect(most).toBeLessThanOrEqual(1);
    const contact = await world.contact();
    expect(contact.status).toBe('finished');
    // A script that goes round without anybody having done anything is stopped.
    expect(asked).toBeLessThan(50);
    expect(contact.pendingEvents.length).toBeLessThan(100);
  });
});
