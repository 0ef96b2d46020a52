import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { PlatformProcess } from './platform-process.js';

const startScript = fileURLToPath(new URL('../../../platform/start.sh', import.meta.url));
const workspaces = ['kernel', 'openapi', 'media', 'api', 'workers', 'platform'];
const inputs = [...workspaces.map((name) => `${name}/tsconfig.tsbuildinfo`), 'package-lock.json'];
const bundle = 'platform/dist/bundle/main.js';

describe('platform/start.sh', () => {
  const root = mkdtempSync(join(tmpdir(), 'hookswitch start-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const put = (path: string, text: string, atSecond: number) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    utimesSync(join(root, path), atSecond, atSecond);
  };
  /** Which of the two a start runs, with what was compiled or installed at 1000 s, but for `late`. */
  const started = (bundledAt: number | undefined, late?: string) => {
    put('platform/dist/main.js', "console.log('modules')", 1000);
    copyFileSync(startScript, join(root, 'platform/start.sh'));
    for (const input of inputs) put(input, '{}', input === late ? 3000 : 1000);
    rmSync(join(root, bundle), { force: true });
    if (bundledAt !== undefined) put(bundle, "console.log('bundle')", bundledAt);
    return run(join(root, 'platform/start.sh'));
  };
  const run = (path: string, cwd = root) => execFileSync('sh', [path], { encoding: 'utf8', cwd }).trim();

  it('runs the bundle where it is newer than what it was made of', () => {
    expect(started(2000)).toBe('bundle');
  });

  it.each(inputs)('runs the modules themselves where %s is newer', (input) => {
    expect(started(2000, input)).toBe('modules');
  });

  it('runs the modules themselves where there is no bundle', () => {
    expect(started(undefined)).toBe('modules');
  });

  it('finds its program from any folder, and through links to it', () => {
    started(2000);
    mkdirSync(join(root, 'bin'));
    symlinkSync('../platform/start.sh', join(root, 'bin/direct'));
    symlinkSync('direct', join(root, 'bin/hookswitch'));
    expect(run('start.sh', join(root, 'platform'))).toBe('bundle');
    expect(run('./hookswitch', join(root, 'bin'))).toBe('bundle');
    expect(run(join(root, 'bin/hookswitch'), '/')).toBe('bundle');
  });
});

it('a stack trace of the running platform names files and lines of its sources', async () => {
  const taken = await PlatformProcess.start();
  const { host, port } = taken.sip!;
  const second = PlatformProcess.start({
    dataFolder: taken.dataFolder,
    settings: { SIP_LISTEN: `udp:${host}:${port}` },
  });
  const why = await second.then(
    () => 'it started',
    (error: Error) => error.message,
  );
  await taken.stop();
  expect(why).toMatch(/media\/src\/drivers\/embedded\/sip-stack\.ts:\d+/);
  expect(why).toMatch(/platform\/src\/run-platform\.ts:\d+/);
});
