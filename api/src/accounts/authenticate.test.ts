import { idMaker } from '@hookswitch/kernel/ids';
import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { describe, expect, it } from 'vitest';
import { settingsWith } from '../config/settings.js';
import { AesSecretBox } from '../secrets/index.js';
import { MemoryTenantCollection } from '../store/memory-tenant-collection.js';
import { accountCollection } from './account-store.js';
import type { ApiKey } from './api-key.js';
import { apiKeyCollection } from './api-key-store.js';
import { createAuthenticator } from './authenticate.js';
import { ensureFirstAccount } from './ensure-first-account.js';

describe('createAuthenticator', () => {
  it('looks a key up once a second, for all requests that come meanwhile', async () => {
    const clock = new ManualClock();
    const random = seededRandom(1);
    const accounts = new MemoryTenantCollection(accountCollection);
    const keys = new MemoryTenantCollection<ApiKey>(apiKeyCollection);
    const { made } = await ensureFirstAccount(
      {
        accounts,
        keys,
        secretBox: new AesSecretBox([Buffer.alloc(32, 7)], random),
        clock,
        random,
        newId: idMaker(clock, random),
        settings: settingsWith(),
        holdings: {},
      },
      { name: 'First' },
    );
    let looks = 0;
    const { findOne } = keys.acrossAccounts;
    Object.assign(keys.acrossAccounts, {
      findOne: (where: Parameters<typeof findOne>[0]) => {
        looks++;
        return findOne(where);
      },
    });
    const authenticator = createAuthenticator({ accounts, keys, clock, logger: silentLogger, cacheMs: 1000 });
    const ask = () =>
      authenticator.authenticate({ id: undefined, secret: made!.key }, { actAs: undefined, writes: true });
    const asked = await Promise.all([ask(), ask(), ask()]);
    clock.advance(999);
    await ask();
    expect(asked.map(({ kind }) => kind)).toEqual(['key', 'key', 'key']);
    expect(looks).toBe(1);
    clock.advance(1);
    await Promise.all([ask(), ask()]);
    expect(looks).toBe(2);
  });
});
