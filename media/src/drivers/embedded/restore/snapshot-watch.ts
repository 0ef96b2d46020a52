import type { EmbeddedLeg } from '../embedded-leg.js';
import type { EmbeddedLegState } from './leg-state.js';

/** Requests of ours that need no new snapshot: a later process skips more than these. */
const requestsBetween = 50;

/** Tells each leg when its snapshot is another than the one it told of last. */
export class SnapshotWatch {
  readonly #told = new WeakMap<EmbeddedLeg, string>();
  readonly #looking = new Set<EmbeddedLeg>();

  /** Something happened on the leg; several things at once are looked at once. */
  look(leg: EmbeddedLeg): void {
    if (leg.status !== 'answered' || this.#looking.has(leg)) return;
    this.#looking.add(leg);
    queueMicrotask(() => {
      this.#looking.delete(leg);
      const snapshot = leg.snapshot();
      if (!snapshot) return;
      const mark = markOf(snapshot.state as EmbeddedLegState);
      if (this.#told.get(leg) === mark) return;
      this.#told.set(leg, mark);
      leg.snapshotChanged();
    });
  }
}

/** What of it a later process could not do without. */
function markOf(state: EmbeddedLegState): string {
  const { dialog } = state.session;
  const counts = { localCseq: Math.floor(dialog.localCseq / requestsBetween), remoteCseq: undefined };
  return JSON.stringify({ ...state, session: { ...state.session, dialog: { ...dialog, ...counts } } });
}
