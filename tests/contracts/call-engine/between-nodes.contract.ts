import { describe, expect, it } from 'vitest';
import { answeredCall, settled, steadyTone, type Up, untilIdle } from './test-calls.js';

/** How a call of another node comes in that is expected here. */
export function betweenNodesSentences(up: Up): void {
  describe('a call that another node was told to make', () => {
    const stranger = { from: 'node-2', as: 'stranger' } as const;

    it('comes in by the name that was made for it, asked for nothing and told to nobody else, and is a leg as any other', async () => {
      const test = await up();
      const { engine, world, incoming } = test;
      const expected = engine.expect('CA-expected', 60_000);
      const far = await world.placeCall({ ...stranger, to: expected.user });
      const leg = await settled(test, expected.leg);
      expect(leg).toMatchObject({ id: 'CA-expected', status: 'ringing', direction: 'inbound' });
      await leg!.answer();
      await world.until('it is answered', () => far.answered);
      expect(incoming).toHaveLength(0);

      const conference = engine.conference();
      const other = await answeredCall(test);
      conference.add(leg!);
      conference.add(other.leg);
      far.speak(700);
      await world.until('it is heard in a conference', () => other.far.hears(700));
      void leg!.play(steadyTone(1300));
      await world.until('it hears what is played to it', () => far.hears(1300));
      far.hangUp();
      await world.until('it has ended', () => leg!.status === 'ended');
      other.leg.hangUp();
      conference.end();
      await untilIdle(test);
    });

    it('comes once: who dials its name again is a stranger as any other', async () => {
      const test = await up();
      const { engine, world, incoming } = test;
      const expected = engine.expect('CA-expected', 60_000);
      const first = await world.placeCall({ ...stranger, to: expected.user });
      const leg = await settled(test, expected.leg);
      const second = await world.placeCall({ ...stranger, to: expected.user });
      await world.until('it is refused', () => second.refusedWith !== undefined);
      expect([401, 403, 407]).toContain(second.refusedWith);
      expect(incoming).toHaveLength(0);
      leg!.reject(486);
      await world.until('the first is refused', () => first.refusedWith !== undefined);
      expect(first.refusedWith).toBe(486);
      await untilIdle(test);
    });

    it('comes in time, or not at all', async () => {
      const test = await up();
      const { engine, world } = test;
      const expected = engine.expect('CA-expected', 500);
      let came: unknown = 'nothing yet';
      void expected.leg.then((leg) => {
        came = leg;
      });
      await world.until('nobody came', () => came === undefined);
      const late = await world.placeCall({ ...stranger, to: expected.user });
      await world.until('it is refused', () => late.refusedWith !== undefined);
      expect([401, 403, 407]).toContain(late.refusedWith);
      await untilIdle(test);
    });

    it('has a name of its own, which none that is nearly it stands for', async () => {
      const test = await up();
      const { engine, world } = test;
      const names = Array.from({ length: 20 }, () => engine.expect('CA-expected', 60_000).user);
      expect(new Set(names).size).toBe(20);
      for (const name of names) expect(name).toMatch(/[0-9a-f]{24,}$/);
      const name = names[0]!;
      for (const nearly of [name.slice(0, -1), `${name}0`, name.toUpperCase(), 'node-']) {
        const far = await world.placeCall({ ...stranger, to: nearly });
        await world.until('it is refused', () => far.refusedWith !== undefined);
        expect([401, 403, 407]).toContain(far.refusedWith);
      }
    });

    it('is not waited for any longer once the engine stops', async () => {
      const { engine, world } = await up();
      const expected = engine.expect('CA-expected', 600_000);
      let came: unknown = 'nothing yet';
      void expected.leg.then((leg) => {
        came = leg;
      });
      void engine.stop(0);
      await world.until('nobody came', () => came === undefined);
    });
  });
}
