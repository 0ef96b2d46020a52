import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

describe('a thread of a process with much room for young objects', () => {
  it('has no more room for its own than the processor has cache', async () => {
    const program = fileURLToPath(new URL('./media-thread.fixture.js', import.meta.url));
    const roomy = ['--min-semi-space-size=64', '--max-semi-space-size=64', program];
    const { stdout } = await promisify(execFile)(process.execPath, roomy);
    expect(Number(stdout)).toBeGreaterThan(0);
    expect(Number(stdout)).toBeLessThanOrEqual(32 * 1024 * 1024);
  });
});
