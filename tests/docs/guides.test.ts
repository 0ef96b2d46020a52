import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PlatformProcess } from '../installation/platform-process.js';
import { blocksOf } from './readme-blocks.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const folder = `${root}docs/guides/`;

describe('the guides', () => {
  let platform: PlatformProcess;
  beforeAll(async () => {
    platform = await PlatformProcess.start();
  });
  afterAll(() => platform?.stop());

  it.each(readdirSync(folder))('%s: every command works as it stands', async (page) => {
    const steps = blocksOf(readFileSync(folder + page, 'utf8')).filter(({ words }) => words.includes('run'));
    expect(steps.length).toBeGreaterThan(0);
    const script = steps
      .map(({ text }) => text)
      .join('\n')
      .replaceAll('http://127.0.0.1:8080', platform.httpUrl!)
      .replaceAll('.hookswitch/', `${platform.dataFolder}/`);
    const { code, output } = await new Promise<{ code: unknown; output: string }>((resolve) => {
      const options = { cwd: root, timeout: 60_000 };
      execFile('bash', ['-e', '-o', 'pipefail', '-c', script], options, (error, stdout, stderr) =>
        resolve({ code: error?.code ?? 0, output: stdout + stderr }),
      );
    });
    expect(code, output).toBe(0);
  });
});
