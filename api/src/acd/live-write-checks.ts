import { BaseError } from '@hookswitch/kernel/base-error';
import type { LiveWrite } from './live-centre-store.js';
import type { LiveKind } from './live-records.js';

/** An id that cannot be part of a key: a fault of the program that gave it, or an attack. */
export class InvalidLiveIdError extends BaseError {
  constructor() {
    super('invalid', 'invalid-request', 'An id has 1 to 64 letters, digits, underscores and hyphens.');
  }
}

const shape = /^[A-Za-z0-9_-]{1,64}$/;

/** @throws InvalidLiveIdError */
export function checkLiveId(id: string): string {
  if (typeof id !== 'string' || !shape.test(id)) throw new InvalidLiveIdError();
  return id;
}

/** What a write is about, and which revision it was decided on. */
export interface WriteTarget {
  readonly kind: LiveKind;
  readonly id: string;
  readonly revision: number;
}

/** The targets of a commit's writes, in their order. @throws InvalidLiveIdError; RangeError where one record is written twice, or belongs to another account */
export function writeTargets(accountId: string, writes: readonly LiveWrite[]): readonly WriteTarget[] {
  const seen = new Set<string>();
  return writes.map((write) => {
    const target = 'put' in write ? write.put : write.remove;
    const field = `${target.kind}:${checkLiveId(target.id)}`;
    if (seen.has(field)) throw new RangeError(`One commit writes ${field} twice.`);
    seen.add(field);
    if ('put' in write && write.put.accountId !== accountId) throw new RangeError(`${field} is of another account.`);
    return { kind: target.kind, id: target.id, revision: target.revision };
  });
}
