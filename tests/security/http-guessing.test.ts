import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PlatformProcess } from '../installation/platform-process.js';

describe('somebody who guesses keys', () => {
  let platform: PlatformProcess;
  beforeAll(async () => {
    platform = await PlatformProcess.start({
      settings: { ROLES: 'http', AUTHENTICATION_FAILURES_PER_MINUTE: '5' },
    });
  });
  afterAll(() => platform?.stop());

  const ask = (key: string) =>
    fetch(`${platform.httpUrl}/v1/accounts`, { headers: { Authorization: `Bearer ${key}` } });

  it('is told to wait, which the log says once; who has a good key works on from the same address', async () => {
    const answers = [];
    for (let times = 0; times < 8; times++) answers.push(await ask(`hk_guess-${times}`));
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
    const wait = Number(answers.at(-1)!.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);
    expect((await ask(platform.firstAccount.apiKey)).status).toBe(200);
    const told = await vi.waitFor(() => {
      const lines = platform.output.filter((line) => line.includes('an address fails to authenticate too often'));
      expect(lines).toHaveLength(1);
      return lines;
    }, 30_000);
    expect(JSON.parse(told[0]!)).toMatchObject({ level: 40, address: '127.0.0.1', failures: 6 });
    expect(platform.output.join('\n')).not.toContain('hk_guess');
  });
});
