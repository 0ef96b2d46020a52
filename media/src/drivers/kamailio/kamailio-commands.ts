import { isRecord, type JsonRpcClient, type RpcParameter } from './json-rpc-client.js';
import { KamailioAnswerError, KamailioRefusedError } from './kamailio-errors.js';

/** A destination of the dispatcher module. */
export interface Destination {
  readonly uri: string;
  /** `disabled` is what somebody said, `inactive` what pings found; `trying` is on its way there. */
  readonly state: 'active' | 'trying' | 'inactive' | 'disabled';
}

/** Keys and values of an htable. */
export type Table = ReadonlyMap<string, string>;

/** The dispatcher group of kamailio.cfg that has the nodes. */
const nodes = 1;
/** Flag 8: it is pinged. */
const probing = 8;

const states: Readonly<Record<string, Destination['state']>> = {
  A: 'active',
  T: 'trying',
  I: 'inactive',
  D: 'disabled',
};

/** The commands of Kamailio that we use, with their answers read. Each rejects as `JsonRpcClient.call` does. */
export class KamailioCommands {
  readonly #rpc: JsonRpcClient;

  constructor(rpc: JsonRpcClient) {
    this.#rpc = rpc;
  }

  async destinations(): Promise<readonly Destination[]> {
    const list = await this.#orUndefined('No Destination Sets', 'dispatcher.list', []);
    if (list === undefined) return [];
    const records = isRecord(list) ? list.RECORDS : undefined;
    if (!Array.isArray(records)) throw unreadable('dispatcher.list');
    const sets = records.map((record: unknown) => (isRecord(record) ? record.SET : undefined));
    return sets.filter((set) => isRecord(set) && set.ID === nodes).flatMap((set) => targetsOf(set));
  }

  async addDestination(uri: string, weight: number): Promise<void> {
    await this.#rpc.call('dispatcher.add', [nodes, uri, probing, 0, `rweight=${weight}`]);
  }

  async removeDestination(uri: string): Promise<void> {
    await this.#rpc.call('dispatcher.remove', [nodes, uri]);
  }

  /** `active` is pinged again; `disabled` gets nothing new. */
  async setDestination(uri: string, state: 'active' | 'disabled'): Promise<void> {
    await this.#rpc.call('dispatcher.set_state', [state === 'active' ? 'ap' : 'd', nodes, uri]);
  }

  async table(name: string): Promise<Table> {
    const dump = await this.#rpc.call('htable.dump', [name]);
    if (!Array.isArray(dump)) throw unreadable('htable.dump');
    return new Map(dump.flatMap((entry: unknown) => slotsOf(entry)));
  }

  /** How many values a table has: to read them all may be much. */
  async size(name: string): Promise<number> {
    const tables = await this.#rpc.call('htable.stats');
    const table = Array.isArray(tables)
      ? tables.find((each: unknown) => isRecord(each) && each.name === name)
      : undefined;
    const size = isRecord(table) ? Number(table.all) : Number.NaN;
    if (!Number.isFinite(size)) throw unreadable('htable.stats');
    return size;
  }

  async setValue(table: string, key: string, value: string): Promise<void> {
    await this.#rpc.call('htable.sets', [table, key, value]);
  }

  /** Also where there is none. Resolves to whether there was one. */
  async deleteValue(table: string, key: string): Promise<boolean> {
    return (await this.#orUndefined(404, 'htable.delete', [table, key])) !== undefined;
  }

  /** SIP requests since the start. */
  async requests(): Promise<number> {
    const answer = await this.#rpc.call('stats.fetch', ['core:rcv_requests']);
    const count = isRecord(answer) ? Number(answer['core.rcv_requests']) : Number.NaN;
    if (!Number.isFinite(count)) throw unreadable('stats.fetch');
    return count;
  }

  /** The result, or undefined where Kamailio refuses with this code or these words. */
  async #orUndefined(refusal: number | string, method: string, params: readonly RpcParameter[]): Promise<unknown> {
    try {
      return await this.#rpc.call(method, params);
    } catch (error) {
      if (!(error instanceof KamailioRefusedError)) throw error;
      if (error.code === refusal || (typeof refusal === 'string' && error.message.includes(refusal))) return undefined;
      throw error;
    }
  }
}

function targetsOf(set: unknown): Destination[] {
  const targets = isRecord(set) ? set.TARGETS : undefined;
  if (!Array.isArray(targets)) throw unreadable('dispatcher.list');
  return targets.map((target: unknown) => {
    const destination = isRecord(target) && isRecord(target.DEST) ? target.DEST : {};
    const state = states[String(destination.FLAGS)[0] ?? ''];
    if (typeof destination.URI !== 'string' || state === undefined) throw unreadable('dispatcher.list');
    return { uri: destination.URI, state };
  });
}

function slotsOf(entry: unknown): [string, string][] {
  const slots = isRecord(entry) ? entry.slot : undefined;
  if (!Array.isArray(slots)) throw unreadable('htable.dump');
  return slots.map((slot: unknown) => {
    if (!isRecord(slot) || typeof slot.name !== 'string') throw unreadable('htable.dump');
    return [slot.name, String(slot.value)];
  });
}

function unreadable(method: string): KamailioAnswerError {
  return new KamailioAnswerError(`${method} was answered in a shape that is not known.`);
}
