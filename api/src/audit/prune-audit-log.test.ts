import { expect, it } from 'vitest';
import { MemoryTenantCollection } from '../store/memory-tenant-collection.js';
import { type AuditEntry, auditCollection } from './audit-entry.js';
import { pruneAuditLog } from './prune-audit-log.js';

it('the audit log forgets what is older, of every account, and nothing else', async () => {
  const store = new MemoryTenantCollection<AuditEntry>(auditCollection);
  const entry = (number: number, accountId: string, createdAt: string): AuditEntry => ({
    id: `RQ${String(number).padStart(32, '0')}`,
    accountId,
    revision: 1,
    createdAt,
    updatedAt: createdAt,
    keyId: 'SK1',
    operation: 'createCall',
    resourceId: null,
    outcome: 'done',
    status: 201,
    code: null,
  });
  for (let number = 0; number < 250; number++) {
    await store.insert(entry(number, number % 2 ? 'AC1' : 'AC2', '2026-01-01T00:00:00.000Z'));
  }
  await store.insert(entry(250, 'AC1', '2026-01-02T00:00:00.000Z'));
  expect(await pruneAuditLog(store, '2026-01-02T00:00:00.000Z')).toBe(250);
  expect(await store.count('AC1')).toBe(1);
  expect(await store.count('AC2')).toBe(0);
  expect(await pruneAuditLog(store, '2026-01-02T00:00:00.000Z')).toBe(0);
});
