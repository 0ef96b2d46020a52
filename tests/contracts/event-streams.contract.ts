import type { EventStreams, NewStreamEvent } from '@hookswitch/api/event-streams/index';
import { describe, expect, it, vi } from 'vitest';

/** Ordered, resumable streams: the same sentences for every adapter. */
export function eventStreamsContract(name: string, make: () => EventStreams) {
  describe(`event streams contract: ${name}`, () => {
    const anna = { accountId: 'AC1', of: 'AG1' };
    const event = (at: number): NewStreamEvent => ({
      type: 'callIn',
      at,
      data: { sessionId: `CN${at}`, ü: [1, null] },
    });

    it('numbers events from 1 without gaps and gives them in order, from where one was', async () => {
      const streams = make();
      expect(await streams.newest(anna)).toBe(0);
      for (const at of [10, 20, 30]) await streams.publish(anna, event(at));
      const all = await streams.read(anna, 0, 10);
      expect(all).toEqual({
        missed: false,
        events: [10, 20, 30].map((at, index) => ({ ...event(at), number: index + 1 })),
      });
      expect(await streams.read(anna, 1, 1)).toEqual({ missed: false, events: [all.events[1]] });
      expect(await streams.read(anna, 3, 10)).toEqual({ missed: false, events: [] });
      expect(await streams.newest(anna)).toBe(3);
    });

    it('numbers events that come at the same moment each once', async () => {
      const streams = make();
      const published = await Promise.all(Array.from({ length: 50 }, (_, at) => streams.publish(anna, event(at))));
      expect(published.map(({ number }) => number).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 50 }, (_, at) => at + 1),
      );
      const { events } = await streams.read(anna, 0, 100);
      expect(events.map(({ number, at }) => [number, at])).toEqual(
        published.sort((a, b) => a.number - b.number).map(({ number, at }) => [number, at]),
      );
    });

    it('keeps accounts and people apart', async () => {
      const streams = make();
      await streams.publish(anna, event(1));
      expect((await streams.read({ ...anna, accountId: 'AC2' }, 0, 10)).events).toEqual([]);
      expect((await streams.read({ ...anna, of: 'supervisors' }, 0, 10)).events).toEqual([]);
    });

    it('forgets the oldest, and says so to whoever asks for them or for what never was', async () => {
      const streams = make();
      for (let at = 0; at < 1300; at++) await streams.publish(anna, event(at));
      const late = await streams.read(anna, 0, 10);
      expect(late.missed).toBe(true);
      expect(late.events[0]!.number).toBeGreaterThan(1);
      expect((await streams.read(anna, 1200, 200)).missed).toBe(false);
      expect((await streams.read(anna, 5000, 10)).missed).toBe(true);
    });

    it('wakes whoever listens to that stream, until it listens no more', async () => {
      const streams = make();
      const wake = vi.fn();
      const other = vi.fn();
      const stop = await streams.subscribe(anna, wake);
      await streams.subscribe({ ...anna, of: 'AG2' }, other);
      await streams.publish(anna, event(1));
      await vi.waitFor(() => expect(wake).toHaveBeenCalled());
      await stop();
      wake.mockClear();
      await streams.publish(anna, event(2));
      await streams.publish({ ...anna, of: 'AG2' }, event(3));
      await vi.waitFor(() => expect(other).toHaveBeenCalled());
      expect(wake).not.toHaveBeenCalled();
    });
  });
}
