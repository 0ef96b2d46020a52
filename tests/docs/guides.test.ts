import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PlatformProcess } from '../installation/platform-process.js';
import { TonePhone } from '../peers/tone-phone/tone-phone.js';
import { type Block, blocksOf, quotedFile, untilItSpeaks } from './readme-blocks.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const folder = `${root}docs/guides/`;
const pages = readdirSync(folder);
const read = (path: string) => readFileSync(root + path, 'utf8');
const blocks = (page: string) => blocksOf(readFileSync(folder + page, 'utf8'));
const all = pages.flatMap((page) => blocks(page).map((block) => ({ page, ...block })));

describe('the guides', () => {
  let platform: PlatformProcess;
  let phone: TonePhone;
  beforeAll(async () => {
    platform = await PlatformProcess.start();
    phone = await anna(platform);
  });
  afterAll(async () => {
    phone?.close();
    await platform?.stop();
  });

  it.each(pages)('%s: every command works as it stands', async (page) => {
    const steps = blocks(page).filter(({ words }) => words.includes('run'));
    expect(steps.length).toBeGreaterThan(0);
    const script = steps
      .map(commandOf)
      .join('\n')
      .replaceAll('http://127.0.0.1:8080', platform.httpUrl!)
      .replaceAll('.hookswitch/', `${platform.dataFolder}/`);
    const { code, output } = await new Promise<{ code: unknown; output: string }>((resolve) => {
      const options = { cwd: root, timeout: 60_000 };
      execFile('bash', ['-e', '-o', 'pipefail', '-c', script], options, (error, stdout, stderr) =>
        resolve({ code: error?.code ?? error?.signal ?? 0, output: stdout + stderr }),
      );
    });
    expect(code, output).toBe(0);
  });
});

describe('what the guides show', () => {
  it.each(all.filter(quotedFile))('$page quotes a file as it is ($words)', (block) => {
    expect(block.text).toBe(read(quotedFile(block)!));
  });

  it.each(all.filter(({ language }) => language === 'json'))('$page: JSON is JSON', ({ text }) => {
    expect(() => JSON.parse(text)).not.toThrow();
  });

  it('names no setting that there is not', () => {
    const settings = read('docs/settings.md');
    const named = all
      .filter(({ language }) => language === 'env')
      .flatMap(({ text }) => [...text.matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name!));
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((name) => !settings.includes(`| \`${name}\` |`))).toEqual([]);
  });

  it('names no metric that there is not', () => {
    const metrics = read('docs/metrics.md');
    const named = all
      .filter(({ words }) => words.includes('alerts'))
      .flatMap(({ text }) => text.match(/\b(?:hookswitch|nodejs)_[a-z0-9_]+/g) ?? []);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !metrics.includes(name))).toEqual([]);
  });
});

/** What runs in the background ends with the page. */
function commandOf({ words, text }: Block): string {
  return words.includes('background') ? `${untilItSpeaks(inItsPlace(text))}; trap "kill $!" EXIT` : text;
}

/** The program itself, instead of a shell that waits for it: so that its process can be ended. */
function inItsPlace(command: string): string {
  return `exec env ${command.trim()}`;
}

/** A registered phone that answers whatever rings it. */
async function anna(platform: PlatformProcess): Promise<TonePhone> {
  const { password } = await platform.api.post<{ password: string }>('/v1/endpoints', { username: 'anna' });
  const phone = await TonePhone.open({ user: 'anna', password, server: platform.sip!, party: 'callee' });
  expect((await phone.register()).status).toBe(200);
  void (async () => {
    for (;;) await (await phone.nextCall()).answer();
  })().catch(() => {});
  return phone;
}
