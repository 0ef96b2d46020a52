/** What decides who takes a new session. */
export interface Candidate {
  readonly up: boolean;
  readonly drained: boolean;
  readonly weight: number;
  readonly sessions: number;
}

/** Those that answer and take sessions, the one with the fewest sessions for its weight first. Equals stay in the order of the list. */
export function inOrderOfChoice<C extends Candidate>(candidates: readonly C[]): C[] {
  const load = ({ sessions, weight }: Candidate) => (sessions + 1) / weight;
  return candidates.filter(({ up, drained }) => up && !drained).sort((a, b) => load(a) - load(b));
}
