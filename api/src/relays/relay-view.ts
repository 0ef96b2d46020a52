import type { RelayHealth } from '@hookswitch/media/port/media-relay';
import type { Schema } from '@hookswitch/openapi/operations';
import type { RelayDrainRecord } from './relay-drain.js';
import { relayIdOf } from './relay-id.js';

/** A relay as one node sees it. */
export interface RelaySeen {
  readonly nodeId: string;
  readonly health: RelayHealth;
}

/** A media relay as users see it: what all its nodes say of it together. Pure. `seen` names at least one node. */
export function relayView(
  seen: readonly [RelaySeen, ...RelaySeen[]],
  drain: Pick<RelayDrainRecord, 'createdAt'> | undefined,
): Schema<'Relay'> {
  const all = seen.map(({ health }) => health);
  const { address, weight } = all[0]!;
  const sessions = sum(all.map((health) => health.sessions));
  const up = all.some((health) => health.up);
  return {
    id: relayIdOf(address),
    address,
    state: drain ? (sessions > 0 ? 'draining' : 'drained') : up ? 'active' : 'down',
    up,
    weight,
    sessions,
    load: all.find((health) => health.up && health.load)?.load ?? null,
    failures: failuresOf(all),
    drainedSince: drain?.createdAt ?? null,
    nodes: seen.map(({ nodeId, health }) => ({
      nodeId,
      up: health.up,
      drained: health.drained,
      sessions: health.sessions,
      outstandingCommands: health.outstanding,
    })),
  };
}

function failuresOf(all: readonly RelayHealth[]): RelayHealth['failures'] {
  const of = (kind: keyof RelayHealth['failures']) => sum(all.map(({ failures }) => failures[kind]));
  return {
    timeout: of('timeout'),
    busy: of('busy'),
    full: of('full'),
    refused: of('refused'),
    malformed: of('malformed'),
    lost: of('lost'),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
