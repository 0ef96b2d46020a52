import type { FlowNodeKind } from '@hookswitch/openapi/flow-nodes';
import type { NewTimelineEntry } from '../../call-records/timeline/call-timeline.js';
import type { PressedKey } from './flow-position.js';

/** What flows in one another share: flows, scripts that are steps of them, and flows that are steps of those. Scripts hand it on and look at nothing of it. */
export interface FlowNesting {
  /** How many flows are above. */
  readonly depth: number;
  /** Watches that they do not run in a circle in which nothing is heard. */
  readonly pace: { entered(): void; filled(): void; left(kind: FlowNodeKind, tookMs: number): void };
  /** The keys pressed in them. */
  readonly keys: { readonly all: readonly PressedKey[]; add(key: PressedKey): void };
  readonly secrets: FlowSecrets;
}

/** What callers entered that nobody is to read. */
export interface FlowSecrets {
  readonly all: readonly string[];
  add(value: string): void;
  /** The entry without them. */
  hide(note: TimelineNote): TimelineNote;
}

type TimelineNote = Omit<NewTimelineEntry, 'accountId' | 'callId'>;
