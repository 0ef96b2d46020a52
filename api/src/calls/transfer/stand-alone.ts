import type { ActiveCall } from '../active-call.js';

/** The call ends no longer with the one whose script dialled it. Answers what undoes that. */
export function standAlone(call: ActiveCall): () => void {
  const { parent } = call;
  if (!parent?.children.delete(call)) return () => undefined;
  return () => {
    if (parent.leg.status !== 'ended') parent.children.add(call);
  };
}
