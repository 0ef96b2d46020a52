import type { MediaPlane } from './media-plane.js';
import type { PlaneKeeper } from './plane-keeper.js';
import { RemoteMediaPlane } from './remote-media-plane.js';
import { servePlane } from './serve-plane.js';

/** A control beside its plane, in one process and on one clock: what simulations and tests have instead of a process of its own. */
export interface InMemoryControl {
  readonly plane: MediaPlane;
  /** As if its process were killed: it hears nothing more, and nothing it says arrives. What it waits for never comes. */
  abandon(): void;
}

/** Another control of the kept plane. @throws PlaneTakenError */
export function inMemoryControl(keeper: PlaneKeeper, nodeId = 'node', onReplaced = () => {}): InMemoryControl {
  let alive = true;
  const remote = new RemoteMediaPlane('it is not there yet', { end: async () => abandon() });
  const abandon = () => {
    alive = false;
    seat.leave();
  };
  const seat = keeper.seat(nodeId, () => {
    alive = false;
    onReplaced();
  });
  const take = servePlane(seat.plane, (message) => {
    if (alive) remote.hear(message);
  });
  remote.attach({
    post: (command) => {
      if (alive) take(command);
    },
  });
  return { plane: remote, abandon };
}
