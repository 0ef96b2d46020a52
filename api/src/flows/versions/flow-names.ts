import type { Schema } from '@hookswitch/openapi/operations';
import type { AgentStore } from '../../agents/agent.js';
import type { AudioStore } from '../../audio/audio-file.js';
import type { SkillGroupStore } from '../../skill-groups/skill-group.js';
import type { Filter, TenantCollection, TenantRecord } from '../../store/tenant-collection.js';
import type { FlowDraft } from '../document/flow-document.js';
import { parseDocument } from '../document/parse-flow.js';
import { type FlowReference, partsOfFlowRef, referencesOf } from '../document/references.js';
import type { FlowStores } from '../flow-stores.js';

/** What an id in a document stands for. */
export type FlowNameReference = Schema<'FlowNameReference'>;
type Kind = FlowReference['kind'];

/** By which names things of an account are known outside of it. */
export interface NamedThings {
  /** Names of those that are there, by id. */
  namesOf(accountId: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Ids of those that are there, by name. */
  idsOf(accountId: string, names: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

export type FlowNames = { readonly [Each in Kind]: NamedThings };

/** The collections whose things flows name. */
export interface NamesOfFlows extends Pick<FlowStores, 'flows'> {
  readonly audio: AudioStore;
  readonly skillGroups: SkillGroupStore;
  readonly agents: AgentStore;
  readonly numbers: Pick<TenantCollection<TenantRecord & { readonly number: string }>, 'list'>;
}

export function storedFlowNames({ audio, skillGroups, agents, numbers, flows }: NamesOfFlows): FlowNames {
  return {
    audio: namedBy(audio, 'name'),
    skillGroup: namedBy(skillGroups, 'name'),
    agent: namedBy(agents, 'staffNumber'),
    number: namedBy(numbers, 'number'),
    flow: namedBy(flows, 'name'),
  };
}

/** Things that one field names, in a collection. */
function namedBy<Thing extends TenantRecord>(
  collection: Pick<TenantCollection<Thing>, 'list'>,
  field: keyof Thing & string,
): NamedThings {
  const found = async (accountId: string, by: 'id' | typeof field, values: readonly string[]) => {
    const things: Thing[] = [];
    for (let at = 0; at < values.length; at += 100) {
      const where = { [by]: { in: values.slice(at, at + 100) } } as Filter<Thing>;
      things.push(...(await collection.list(accountId, { where, limit: 100 })).items);
    }
    return things;
  };
  const nameOf = (thing: Thing) => String(thing[field] ?? '');
  return {
    namesOf: async (accountId, ids) =>
      new Map((await found(accountId, 'id', ids)).map((thing) => [thing.id, nameOf(thing)])),
    idsOf: async (accountId, names) =>
      new Map((await found(accountId, field, names)).map((thing) => [nameOf(thing), thing.id])),
  };
}

/** Names of all that a document names by id, as far as the account has it. */
export async function namesIn(document: FlowDraft, accountId: string, names: FlowNames): Promise<FlowNameReference[]> {
  const { nodes } = await parseDocument(structuredClone(document));
  const byKind = new Map<Kind, Set<string>>();
  for (const { kind, id } of referencesOf(nodes.flatMap(({ node }) => node ?? []))) {
    const ids = byKind.get(kind) ?? new Set();
    byKind.set(kind, ids.add(partsOfFlowRef(id).flowId));
  }
  const lists = await Promise.all(
    [...byKind].map(async ([kind, ids]) =>
      [...(await names[kind].namesOf(accountId, [...ids]))].map(([id, name]) => ({ kind, id, name })),
    ),
  );
  return lists.flat().filter(({ name }) => name !== '');
}

/** The document with the account's own ids for what it has by name. What it has by id stays. */
export async function withOwnIds(
  document: FlowDraft,
  references: readonly FlowNameReference[],
  accountId: string,
  names: FlowNames,
): Promise<FlowDraft> {
  const own = new Map<string, string>();
  for (const kind of Object.keys(names) as Kind[]) {
    const ofKind = references.filter((each) => each.kind === kind);
    if (ofKind.length === 0) continue;
    const there = await names[kind].namesOf(
      accountId,
      ofKind.map(({ id }) => id),
    );
    const absent = ofKind.filter(({ id }) => !there.has(id));
    const ids = await names[kind].idsOf(
      accountId,
      absent.map(({ name }) => name),
    );
    for (const { id, name } of absent) {
      const ownId = ids.get(name);
      if (ownId !== undefined) own.set(id, ownId);
    }
  }
  if (own.size === 0) return document;
  return JSON.parse(JSON.stringify(document), (_, value) =>
    typeof value === 'string' ? (own.get(value) ?? value) : value,
  );
}
