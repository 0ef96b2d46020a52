import { describe, expect, it } from 'vitest';
import { ContactWorld } from './contact-world.fixture.js';

const accountId = `AC${'1'.repeat(32)}`;

/** The store of the live state answers nothing but errors until what is returned is called. */
function takeAway({ live }: ContactWorld): () => void {
  const { commit, get, load } = live;
  const away = () => Promise.reject(new Error('the live state is away'));
  Object.assign(live, { commit: away, get: away, load: away });
  return () => Object.assign(live, { commit, get, load });
}

describe('a live state that is away for minutes and comes back as it was', () => {
  it.each([5, 15])('an agent whose talk ended meanwhile is free again: %i minutes', async (minutes) => {
    const world = await new ContactWorld().start('AG1');
    const customer = await world.customer();
    await world.answer('AG1', 'first');
    const back = takeAway(world);
    customer.hangUp();
    await world.advance(minutes * 60_000);
    expect((await world.contact()).status).toBe('finished');
    back();
    await world.advance(60_000);
    expect((await world.agent('AG1'))!.status).toBe('free');
    await world.customer();
    expect(world.rings('AG1')).toBe(true);
  });

  it('a caller who hung up meanwhile is out of the queue, and nobody is asked for it', async () => {
    const world = await new ContactWorld().start('AG1');
    await world.signal('AG1', { type: 'placeCall', contactId: 'CNx', nodeId: 'node-1' });
    const customer = await world.customer();
    const back = takeAway(world);
    customer.hangUp();
    await world.advance(300_000);
    back();
    await world.advance(60_000);
    expect((await world.live.load(accountId)).entries).toEqual([]);
    expect(world.rung).toEqual([]);
  });

  it('an agent whose offered call was given up meanwhile is asked for the next', async () => {
    const world = await new ContactWorld().start('AG1');
    const customer = await world.customer();
    expect(world.rings('AG1')).toBe(true);
    const back = takeAway(world);
    customer.hangUp();
    await world.advance(300_000);
    back();
    await world.advance(60_000);
    expect((await world.agent('AG1'))!.offerId).toBeUndefined();
    await world.customer();
    expect(world.rings('AG1')).toBe(true);
  });
});
