import { BaseError } from '@hookswitch/kernel/base-error';

/** A channel that is up in the switch. */
export interface SwitchChannel {
  readonly id: string;
  readonly direction: 'inbound' | 'outbound';
  /** What it executes; `park` waits for us. */
  readonly application: string;
  /** With what: of a bridge, the other channel. */
  readonly applicationData: string;
}

/** What to do about the channels after a time in which nothing was told. */
export interface Settlement {
  /** Ours that are no more: their legs end. */
  readonly gone: readonly string[];
  /** Theirs that carry the mark of this node and that no leg is for: hung up. */
  readonly orphaned: readonly string[];
  /** Calls that came in meanwhile and wait, with nobody's mark: offered as if they came now. */
  readonly waiting: readonly string[];
}

/** A channel with the node that has it: by its id, or by a variable it carries. */
export interface MarkedChannel extends SwitchChannel {
  readonly node: string | undefined;
}

/** Compares what the switch has with what we have. Everything else is somebody else's and is left alone. */
export function settle(channels: readonly MarkedChannel[], ours: ReadonlySet<string>, nodeId: string): Settlement {
  const there = new Set(channels.map(({ id }) => id));
  const unknown = channels.filter(({ id }) => !ours.has(id));
  return {
    gone: [...ours].filter((id) => !there.has(id)),
    orphaned: unknown.filter(({ node }) => node === nodeId).map(({ id }) => id),
    waiting: unknown
      .filter(
        ({ node, direction, application }) => node === undefined && direction === 'inbound' && application === 'park',
      )
      .map(({ id }) => id),
  };
}

/** The answer of `show channels as json` cannot be read. */
export class UnreadableChannelsError extends BaseError {
  constructor() {
    super('unavailable', 'unreadable-channels', 'FreeSWITCH lists its channels in a form that cannot be read.');
  }
}

/** Reads what `show channels as json` answers. Throws `UnreadableChannelsError`. */
export function channelsOf(answer: string): SwitchChannel[] {
  let rows: unknown;
  try {
    const list = JSON.parse(answer) as { row_count?: unknown; rows?: unknown };
    rows = list.rows ?? (list.row_count === 0 ? [] : undefined);
  } catch {
    throw new UnreadableChannelsError();
  }
  if (!Array.isArray(rows)) throw new UnreadableChannelsError();
  return rows.map((row: { uuid?: unknown; direction?: unknown; application?: unknown; application_data?: unknown }) => {
    if (typeof row.uuid !== 'string') throw new UnreadableChannelsError();
    return {
      id: row.uuid,
      direction: row.direction === 'outbound' ? 'outbound' : 'inbound',
      application: typeof row.application === 'string' ? row.application : '',
      applicationData: typeof row.application_data === 'string' ? row.application_data : '',
    };
  });
}
