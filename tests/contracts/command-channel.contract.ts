import type { CommandChannel } from '@hookswitch/api/nodes/command-channel';
import { BaseError } from '@hookswitch/kernel/base-error';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { describe, expect, it } from 'vitest';

/** Channels of two processes that reach each other, on the clock given. */
export type CommandChannels = (clock: ManualClock) => Promise<{ mine: CommandChannel; theirs: CommandChannel }>;

/** Commands between processes: the same sentences for every adapter. */
export function commandChannelContract(name: string, make: CommandChannels) {
  describe(`command channel contract: ${name}`, () => {
    it("carries a command to its node and the handler's answer back, as JSON", async () => {
      const { mine, theirs } = await make(new ManualClock());
      const seen: unknown[] = [];
      await theirs.listen('theirs', async (command) => {
        seen.push(command);
        return { done: true, left: undefined, list: [1, 'ä\n'] };
      });
      const command = { type: 'test.v1', request: { callId: 'CA1', text: 'ü "quoted"' } } as const;
      expect(await mine.send('theirs', command)).toEqual({ done: true, list: [1, 'ä\n'] });
      expect(seen).toEqual([command]);
    });

    it('gives many answers to those who asked', async () => {
      const { mine, theirs } = await make(new ManualClock());
      await theirs.listen('theirs', async ({ number }) => ({ number }));
      await mine.listen('mine', async ({ number }) => ({ minus: -(number as number) }));
      const asked = Array.from({ length: 50 }, (_, index) => index + 1);
      const answers = await Promise.all(
        asked.flatMap((number) => [
          mine.send('theirs', { type: 'test.v1', number }),
          theirs.send('mine', { type: 'test.v1', number }),
        ]),
      );
      expect(answers).toEqual(asked.flatMap((number) => [{ number }, { minus: -number }]));
    });

    it("rejects with the handler's own error", async () => {
      const { mine, theirs } = await make(new ManualClock());
      await theirs.listen('theirs', async () => {
        throw new BaseError('limit', 'too-many', 'There are too many.', {
          fields: [{ pointer: '/a', message: 'is wrong' }],
          retryAfterSeconds: 7,
        });
      });
      const error: unknown = await mine.send('theirs', { type: 'test.v1' }).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(BaseError);
      expect(error).toMatchObject({
        kind: 'limit',
        code: 'too-many',
        message: 'There are too many.',
        fields: [{ pointer: '/a', message: 'is wrong' }],
        retryAfterSeconds: 7,
      });
    });

    it('tells nothing of what a handler broke by but that it broke', async () => {
      const { mine, theirs } = await make(new ManualClock());
      await theirs.listen('theirs', async () => {
        throw new TypeError('the password is hunter2');
      });
      const error: unknown = await mine.send('theirs', { type: 'test.v1' }).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ kind: 'bug', code: 'internal-error' });
      expect(String(error)).not.toContain('hunter2');
    });

    it('rejects at once where nobody listens, and after nobody listens any more', async () => {
      const { mine, theirs } = await make(new ManualClock());
      const unreachable = { code: 'owner-unreachable', kind: 'timeout' };
      await expect(mine.send('theirs', { type: 'test.v1' })).rejects.toMatchObject(unreachable);
      const stop = await theirs.listen('theirs', async () => 'yes');
      expect(await mine.send('theirs', { type: 'test.v1' })).toBe('yes');
      await stop();
      await expect(mine.send('theirs', { type: 'test.v1' })).rejects.toMatchObject(unreachable);
    });

    it('rejects when no answer comes in time', async () => {
      const clock = new ManualClock();
      const { mine, theirs } = await make(clock);
      let asked: () => void = () => undefined;
      const arrived = new Promise<void>((resolve) => {
        asked = resolve;
      });
      await theirs.listen('theirs', () => {
        asked();
        return new Promise(() => undefined);
      });
      const answer = mine.send('theirs', { type: 'test.v1' }).catch((reason: unknown) => reason);
      await arrived;
      clock.advance(5000);
      expect(await answer).toMatchObject({ code: 'owner-unreachable' });
      expect(clock.pending).toBe(0);
    });
  });
}
