import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const file = fileURLToPath(new URL('./end-of-process.js', import.meta.url));

/** A process that fails like that: its exit code, and what it said. */
function fails(how: string, leavesCalls: boolean) {
  const program = `
    import { endOnSignals } from ${JSON.stringify(file)};
    const logger = { fatal: (_, text) => console.log(text), error: console.log };
    endOnSignals(logger, 60_000, async () => console.log('closed'), ${leavesCalls});
    setTimeout(() => { ${how} }, 0);
  `;
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  return [status, ...stdout.trim().split('\n')];
}

describe('a process with a fault that nothing caught', () => {
  it.each([
    ['throw new Error("broken")', 'fault'],
    ['Promise.reject(new Error("broken"))', 'rejection'],
  ])('%s: closes everything and ends, or ends at once where the next process goes on with its calls', (how, what) => {
    const said = `a ${what} that nothing caught; the process stops`;
    expect(fails(how, false)).toEqual([1, said, 'closed']);
    expect(fails(how, true)).toEqual([1, said]);
  });
});
