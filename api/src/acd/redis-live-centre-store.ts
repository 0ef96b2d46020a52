import { randomUUID } from 'node:crypto';
import type { Logger } from '@hookswitch/kernel/logger';
import type { Redis } from 'ioredis';
import { type RedisChannelListener, RedisChannels } from '../store/redis-channels.js';
import { commitScript } from './commit-script.js';
import type {
  CommitResult,
  LiveCentre,
  LiveCentreStore,
  LiveChange,
  LiveListener,
  LivePosition,
  LiveWrite,
  RecordOf,
} from './live-centre-store.js';
import type { LiveKind, LiveRecord } from './live-records.js';
import { checkLiveId, writeTargets } from './live-write-checks.js';

/** As many commits are kept for those who come late, and so long after the last. */
const keptChanges = 2000;
const logKeptMs = 3_600_000;

type CommitCommand = (keys: number, ...rest: (string | number)[]) => Promise<number>;

/**
 * The live state in Redis: per account a hash of records, a number, and a short log of commits, changed by one script. Changes are published by the same script,
 * so that they are heard in the order in which they took effect.
 */
export class RedisLiveCentreStore implements LiveCentreStore {
  readonly #redis: Redis;
  readonly #channels: RedisChannels;
  readonly #prefix: string;
  readonly #commit: CommitCommand;

  /** Opens a connection of its own for what comes in; `close` ends it. */
  constructor(settings: { redis: Redis; logger: Logger; prefix?: string }) {
    this.#redis = settings.redis;
    this.#prefix = `${settings.prefix ?? 'hookswitch:'}acd:`;
    this.#channels = new RedisChannels(settings.redis, settings.logger);
    settings.redis.defineCommand('commitLiveWrites', { lua: commitScript });
    const redis = settings.redis as Redis & { commitLiveWrites: CommitCommand };
    this.#commit = (...given) => redis.commitLiveWrites(...given);
  }

  async load(accountId: string): Promise<LiveCentre> {
    const { meta, records } = this.#keys(accountId);
    const [position, values] = await this.#both(
      this.#redis.multi().hmget(meta, 'epoch', 'sequence').hvals(records).exec(),
    );
    const [epoch, sequence] = position as (string | null)[];
    const all = (values as string[]).map(readRecord);
    return {
      epoch: epoch ?? '',
      sequence: Number(sequence ?? 0),
      agents: all.filter((record) => record.kind === 'agent'),
      entries: all.filter((record) => record.kind === 'entry'),
      offers: all.filter((record) => record.kind === 'offer'),
    };
  }

  async get<Kind extends LiveKind>(accountId: string, kind: Kind, id: string): Promise<RecordOf<Kind> | undefined> {
    const stored = await this.#redis.hget(this.#keys(accountId).records, `${kind}:${checkLiveId(id)}`);
    return stored === null ? undefined : (readRecord(stored) as RecordOf<Kind>);
  }

  async commit(accountId: string, writes: readonly LiveWrite[]): Promise<CommitResult> {
    const { meta, records, log, accounts } = this.#keys(accountId);
    const targets = writeTargets(accountId, writes);
    const sequence = await this.#commit(
      4,
      ...[meta, records, log, accounts],
      ...[accountId, this.#channel(accountId), this.#accountsChannel, randomUUID(), keptChanges, logKeptMs],
      ...targets.flatMap(({ kind, id, revision }, at) => [`${kind}:${id}`, revision, jsonOf(writes[at]!)]),
    );
    return sequence === 0 ? { committed: false } : { committed: true, sequence };
  }

  async changesAfter(accountId: string, position: LivePosition): Promise<readonly LiveChange[] | undefined> {
    const { meta, log } = this.#keys(accountId);
    const [now, stored] = await this.#both(
      this.#redis
        .multi()
        .hmget(meta, 'epoch', 'sequence')
        .xrange(log, `${position.sequence + 1}-0`, '+')
        .exec(),
    );
    const [epoch, sequence] = now as (string | null)[];
    const last = Number(sequence ?? 0);
    if (position.sequence > 0 && (epoch ?? '') !== position.epoch) return undefined;
    if (last === position.sequence) return [];
    const changes = (stored as [string, string[]][]).map(([, [, message]]) => readChange(accountId, message!));
    return changes[0]?.sequence === position.sequence + 1 ? changes : undefined;
  }

  accounts(): Promise<readonly string[]> {
    return this.#redis.smembers(`${this.#prefix}accounts`);
  }

  subscribeAccounts(listener: (accountId: string) => void): Promise<() => Promise<void>> {
    return this.#channels.subscribe(this.#accountsChannel, { heard: listener, missed: () => {} });
  }

  subscribe(accountId: string, listener: LiveListener): Promise<() => Promise<void>> {
    checkLiveId(accountId);
    return this.#channels.subscribe(this.#channel(accountId), new GapWatch(accountId, listener));
  }

  /** Ends the connection for what comes in. */
  close(): Promise<void> {
    return this.#channels.close();
  }

  async #both(answers: Promise<[error: Error | null, result: unknown][] | null>): Promise<unknown[]> {
    return ((await answers) ?? []).map(([error, result]) => {
      if (error) throw error;
      return result;
    });
  }

  #keys(accountId: string) {
    const own = `${this.#prefix}${checkLiveId(accountId)}:`;
    return {
      meta: `${own}meta`,
      records: `${own}records`,
      log: `${own}log`,
      accounts: `${this.#prefix}accounts`,
    };
  }

  #channel(accountId: string): string {
    return `${this.#prefix}changes:${accountId}`;
  }

  get #accountsChannel(): string {
    return `${this.#prefix}accounts`;
  }
}

/** Hands changes on as long as none is missing. */
class GapWatch implements RedisChannelListener {
  readonly #accountId: string;
  readonly #listener: LiveListener;
  #last: LivePosition | undefined;

  constructor(accountId: string, listener: LiveListener) {
    this.#accountId = accountId;
    this.#listener = listener;
  }

  heard(message: string): void {
    const change = readChange(this.#accountId, message);
    const last = this.#last;
    this.#last = change;
    if (last && !(last.epoch === change.epoch && last.sequence + 1 === change.sequence)) this.#listener.reload();
    else this.#listener.changed(change);
  }

  missed(): void {
    this.#last = undefined;
    this.#listener.reload();
  }
}

function jsonOf(write: LiveWrite): string {
  return 'put' in write ? JSON.stringify({ ...write.put, revision: write.put.revision + 1 }) : '';
}

function readRecord(stored: string): LiveRecord {
  return JSON.parse(stored.slice(stored.indexOf(' ') + 1)) as LiveRecord;
}

function readChange(accountId: string, message: string): LiveChange {
  const { records, ...position } = JSON.parse(message) as LivePosition & {
    records: (LiveRecord | { removed: string })[];
  };
  return {
    accountId,
    ...position,
    records: records.map((record) => {
      if (!('removed' in record)) return { kind: record.kind, id: record.id, record };
      const [kind, id] = record.removed.split(':') as [LiveKind, string];
      return { kind, id };
    }),
  };
}
