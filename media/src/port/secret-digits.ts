import type { LiveCall } from './live-call.js';

/** How many collections of a leg ask for something secret at the moment. */
const collecting = new WeakMap<LiveCall, number>();

/** Keeps what is pressed on a leg out of its call's timeline until the function that is returned is called. */
export function hideDigits(leg: LiveCall): () => void {
  const change = (by: 1 | -1) => collecting.set(leg, (collecting.get(leg) ?? 0) + by);
  change(1);
  let hidden = true;
  return () => {
    if (hidden) change(-1);
    hidden = false;
  };
}

/** Whether the keys of a leg are secret now. */
export function digitsAreSecret(leg: LiveCall): boolean {
  return (collecting.get(leg) ?? 0) > 0;
}
