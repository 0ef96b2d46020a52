import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PlatformProcess } from '../installation/platform-process.js';
import { TonePhone } from '../peers/tone-phone/tone-phone.js';
import { within } from '../peers/within.js';
import { type Block, blocksOf, quotedFile, untilItSpeaks } from './readme-blocks.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const blocks = blocksOf(readFileSync(`${root}README.md`, 'utf8'));

describe('README', () => {
  let platform: PlatformProcess;
  beforeAll(async () => {
    platform = await PlatformProcess.start();
  });
  afterAll(() => platform?.stop());

  it.each(blocks.filter(quotedFile))('quotes a file as it is ($words)', (block) => {
    expect(block.text).toBe(readFileSync(root + quotedFile(block), 'utf8'));
  });

  it('leads by its own commands to a call that is answered and listed', async () => {
    const steps = blocks.filter(({ language, words }) => language === 'sh' && words.includes('run'));
    expect(steps.length).toBeGreaterThanOrEqual(4);
    const looking = steps.at(-1)!;
    const setup = await runShell(steps.slice(0, -1), platform);
    const phone = await TonePhone.open({ user: '+15550199', server: platform.sip!, party: 'caller' });
    try {
      const call = await phone.dial('+15550100');
      await call.answered();
      expect(await call.ended).toMatchObject({ by: 'them', how: 'BYE' });
      const listed = await runShell([steps[0]!, looking], platform);
      expect(listed.output).toContain('"+15550100"');
      expect(listed.code).toBe(0);
    } finally {
      phone.close();
      setup.stop();
    }
  });
});

/** Runs blocks one after another in one shell at the platform's address. Resolves when the last one is done; what runs in the background goes on until `stop`. */
async function runShell(steps: readonly Block[], { httpUrl, dataFolder }: PlatformProcess) {
  const script = steps
    .map(({ words, text }) => (words.includes('background') ? untilItSpeaks(text) : text))
    .join('\n')
    .replaceAll('http://127.0.0.1:8080', httpUrl!)
    .replaceAll('.hookswitch/', `${dataFolder}/`);
  const shell = spawn('bash', ['-e'], { cwd: root, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  let output = '';
  const done = new Promise<number>((resolve) => {
    shell.stdout.on('data', (text: Buffer) => {
      output += text;
      const end = /^end of the steps (\d+)$/m.exec(output);
      if (end) resolve(Number(end[1]));
    });
    shell.once('exit', (code) => resolve(code ?? 1));
  });
  shell.stderr.on('data', (text: Buffer) => (output += text));
  // The shell waits for its standard input to end, so that the background lives on.
  shell.stdin.write(`${script}\necho\necho "end of the steps 0"\n`);
  const stop = () => {
    shell.stdin.end();
    try {
      process.kill(-shell.pid!, 'SIGTERM');
    } catch {
      // It has ended by itself.
    }
  };
  try {
    const code = await within(done, 'the commands of the README', () => output);
    if (code !== 0) throw new Error(`the commands of the README ended with ${code}:\n${output}`);
    return { code, output, stop };
  } catch (error) {
    stop();
    throw error;
  }
}
