import { expect, it } from 'vitest';
import { LiveCallRegistry } from './live-call-registry.js';

it('is not empty while a script still tells of its end, so that a stopping node waits for it', async () => {
  const registry = new LiveCallRegistry();
  let told = () => {};
  const telling = registry.during(() => new Promise<void>((resolve) => (told = resolve)));
  let empty = false;
  const waiting = registry.empty().then(() => (empty = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(empty).toBe(false);
  told();
  await Promise.all([telling, waiting]);
  expect(empty).toBe(true);
});

it('is empty again when the work failed', async () => {
  const registry = new LiveCallRegistry();
  await expect(registry.during(() => Promise.reject(new Error('no answer')))).rejects.toThrow('no answer');
  await registry.empty();
  expect(registry.size).toBe(0);
});
