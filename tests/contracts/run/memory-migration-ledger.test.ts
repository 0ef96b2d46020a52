import { MemoryMigrationLedger } from '@hookswitch/api/store/memory-migration-ledger';
import { migrationLedgerContract } from '../migration-ledger.contract.js';

migrationLedgerContract('memory', async (clock) => new MemoryMigrationLedger(clock));
