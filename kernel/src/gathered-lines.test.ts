import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { gatheredLines } from './gathered-lines.js';
import { createLogger } from './logger.js';

function setUp() {
  const writes: string[] = [];
  const lines = gatheredLines({ write: (text) => writes.push(text) });
  const said = () => writes.map((text) => [...text.matchAll(/"msg":"(\w+)"/g)].map(([, word]) => word));
  return { logger: createLogger({ level: 'info', destination: lines }), said };
}

describe('gatheredLines', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('writes the lines of 50 ms together, in order', () => {
    const { logger, said } = setUp();
    logger.info('one');
    logger.child({ callId: 'CA1' }).info('two');
    vi.advanceTimersByTime(49);
    expect(said()).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(said()).toEqual([['one', 'two']]);
    logger.info('three');
    vi.advanceTimersByTime(50);
    expect(said()).toEqual([['one', 'two'], ['three']]);
  });

  it('writes a warning at once, with what waited before it', () => {
    const { logger, said } = setUp();
    logger.info('one');
    logger.warn('two');
    expect(said()).toEqual([['one', 'two']]);
    vi.advanceTimersByTime(1000);
    expect(said()).toHaveLength(1);
  });

  it('does not let much wait', () => {
    const { logger, said } = setUp();
    logger.info({ much: 'x'.repeat(40_000) }, 'one');
    expect(said()).toEqual([['one']]);
  });

  it('writes what waits when the process ends', () => {
    const before = process.listeners('exit');
    const { logger, said } = setUp();
    const [atExit] = process.listeners('exit').filter((listener) => !before.includes(listener));
    logger.info('one');
    atExit!(0);
    expect(said()).toEqual([['one']]);
  });
});
