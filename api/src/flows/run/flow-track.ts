import type { FlowNesting } from '../../scripting/flow/flow-nesting.js';
import type { FlowPosition } from '../../scripting/flow/flow-position.js';
import type { FlowPlace, ScriptPosition } from '../../scripting/index.js';
import type { FlowStanding } from '../../scripting/script-position.js';

/** Where the flows of one run stand, told whenever that changes, and where they stood in the process before. Of each flow by how deep in the others it is. */
export class FlowTrack {
  readonly #nesting: Pick<FlowNesting, 'depth' | 'keys' | 'secrets'>;
  readonly #reached: FlowPlace['reached'];
  #places: readonly FlowPosition[] = [];
  /** Those that still count: a flow that has moved on brings those in its node to their beginning. */
  #former: Pick<FlowStanding, 'places' | 'script'>;

  /** @param nesting that of the outermost */
  constructor(nesting: Pick<FlowNesting, 'depth' | 'keys' | 'secrets'>, { from, reached }: FlowPlace) {
    this.#nesting = nesting;
    this.#reached = reached;
    this.#former = from ?? { places: [] };
  }

  /** Where that flow stood; undefined where it begins at its start. */
  former(depth: number, flowId: string): FlowPosition | undefined {
    const place = this.#former.places[this.#at(depth)];
    return place?.flowId === flowId ? place : undefined;
  }

  /** Where the script stood that the node runs. */
  formerScript(depth: number): ScriptPosition | undefined {
    const { places, script } = this.#former;
    return places.length === this.#at(depth) + 1 ? script : undefined;
  }

  /** The flow of that depth is at a node. */
  entered(depth: number, place: () => FlowPosition): void {
    if (!this.#reached) return;
    this.#places = [...this.#places.slice(0, this.#at(depth)), place()];
    this.#tell();
  }

  /** The node has run. */
  left(depth: number): void {
    this.#former = { places: this.#former.places.slice(0, this.#at(depth)) };
  }

  /** Who is to be told where the script of the node stands. */
  get scriptReached(): ((position: ScriptPosition) => void) | undefined {
    return this.#reached && ((position) => this.#tell(position));
  }

  #tell(script?: ScriptPosition): void {
    const { keys, secrets } = this.#nesting;
    const standing = { places: this.#places, keys: [...keys.all], secrets: secrets.all };
    this.#reached?.(script === undefined ? standing : { ...standing, script });
  }

  #at(depth: number): number {
    return depth - this.#nesting.depth;
  }
}
