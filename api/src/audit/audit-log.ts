import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import { BatchedWriter } from '../store/batched-writer.js';
import type { AuditEntry, AuditStore } from './audit-entry.js';

/** What one request came to. */
export interface AuditedRequest {
  readonly requestId: string;
  readonly accountId: string;
  readonly keyId: string;
  readonly operation: string;
  readonly method: string;
  readonly resourceId: string | undefined;
  readonly status: number;
  readonly code: string | undefined;
  /** RFC 3339. */
  readonly at: string;
}

/** More than so many unwritten entries are not kept: a store that is away must not fill the memory. */
const mostUnwritten = 1000;
/** Entries of so long are written together, milliseconds: in a busy process a write of its own is a sixth of what a request costs. */
const gatherMs = 40;
/** So many do not wait longer. */
const largestBatch = 100;

/** Writes the audit log behind the answers of requests (docs/decisions/0006), entries of a moment together and one write at a time. */
export class AuditLog {
  readonly #writer: BatchedWriter<AuditEntry>;
  readonly #logger: Logger;

  constructor({ store, clock, logger }: { store: AuditStore; clock: Clock; logger: Logger }) {
    this.#logger = logger;
    this.#writer = new BatchedWriter({
      write: (entries) => store.insertMissing(entries),
      onLost(err, entries) {
        for (const entry of entries) logger.error({ err, entry }, 'an entry of the audit log could not be written');
      },
      clock,
      maxWaitMs: gatherMs,
      batchSize: largestBatch,
      maxWaiting: mostUnwritten,
    });
  }

  /** Writes what belongs in the log. Returns at once and never throws; what cannot be written stands in the process's log. */
  note(request: AuditedRequest): void {
    const entry = auditEntryOf(request);
    if (!entry || this.#writer.add(() => entry)) return;
    this.#logger.error({ entry }, 'an entry of the audit log was dropped: the store does not keep up');
  }

  /** Resolves when all that was noted is written or given up. */
  flush(): Promise<void> {
    return this.#writer.flush();
  }
}

/** Whether a request belongs in the log, and as what: writes, and reads that were denied. Refusals by rate (429) are left out, so that a flood writes nothing. Pure. */
export function auditEntryOf(request: AuditedRequest): AuditEntry | undefined {
  const { requestId, accountId, keyId, operation, method, resourceId, status, code, at } = request;
  const reads = method === 'GET' || method === 'HEAD';
  if (status === 429 || (reads && status !== 403 && status !== 404)) return undefined;
  return {
    id: requestId,
    accountId,
    revision: 1,
    createdAt: at,
    updatedAt: at,
    keyId,
    operation,
    resourceId: resourceId ?? null,
    outcome: status < 400 ? 'done' : status < 500 ? 'refused' : 'failed',
    status,
    code: code ?? null,
  };
}

const idShape = /^[A-Z]{2}[0-9a-f]{32}$/;

/** What a request was about: the last id in its path, else the id of what the answer shows (`{id}` or `{endpoint: {id}}`). Pure. */
export function resourceIdOf(pathValues: readonly unknown[], body: unknown): string | undefined {
  const isAnId = (value: unknown): value is string => typeof value === 'string' && idShape.test(value);
  const last = pathValues.at(-1);
  if (pathValues.length > 0) return isAnId(last) ? last : undefined;
  if (body === null || typeof body !== 'object') return undefined;
  const shown = [body, ...Object.values(body)].map((value) => (value as { id?: unknown } | null)?.id);
  return shown.find(isAnId);
}
