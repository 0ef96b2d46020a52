import { idMaker } from '@hookswitch/kernel/ids';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { describe, expect, it } from 'vitest';
import { settingsWith } from '../config/settings.js';
import { AesSecretBox } from '../secrets/index.js';
import { MemoryTenantCollection } from '../store/memory-tenant-collection.js';
import type { AccountDeps } from './account-deps.js';
import { accountCollection } from './account-store.js';
import { apiKeyCollection } from './api-key-store.js';
import { createAccount } from './create-account.js';
import { ensureFirstAccount } from './ensure-first-account.js';

describe('the first account', () => {
  const clock = new ManualClock();
  const random = seededRandom(1);
  const deps = (): AccountDeps => ({
    accounts: new MemoryTenantCollection(accountCollection),
    keys: new MemoryTenantCollection(apiKeyCollection),
    secretBox: new AesSecretBox([Buffer.alloc(32, 7)], random),
    clock,
    random,
    newId: idMaker(clock, random),
    settings: settingsWith(),
    holdings: {},
  });

  it('is made once, with a key that has every scope', async () => {
    const made = deps();
    const first = await ensureFirstAccount(made, { name: 'First', allowedDestinations: ['+1'] });
    expect(first.account).toMatchObject({
      name: 'First',
      parentId: null,
      ancestorIds: [],
      allowedDestinations: ['+1'],
    });
    expect(first.made?.key).toMatch(/^hk_[\w-]{43}$/);
    expect((await made.keys.list(first.account.id, {})).items).toMatchObject([{ scopes: ['*'] }]);
    await createAccount(made, first.account, { name: 'Branch' });

    const again = await ensureFirstAccount(made, { name: 'Another' });
    expect(again).toEqual({ account: first.account, made: undefined });
  });
});
