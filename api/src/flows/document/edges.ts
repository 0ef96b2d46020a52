/** A way out of a node: by which field, and to which node. */
export interface Edge {
  /** JSON pointer in the node: `/exits/next`, `/keys/0/next`, `/rules/1/next`, `/targets/2`. */
  readonly field: string;
  readonly target: string;
}

/** Every way out of a node as it was sent, whether it is right or not. */
export function edgesOf(node: object): readonly Edge[] {
  const { exits, keys, rules, targets } = node as Readonly<Record<string, unknown>>;
  const edges: Edge[] = [];
  const add = (field: string, target: unknown) => {
    if (typeof target === 'string') edges.push({ field, target });
  };
  if (isObject(exits)) for (const [exit, target] of Object.entries(exits)) add(`/exits/${exit}`, target);
  for (const [name, list] of Object.entries({ keys, rules })) {
    if (!Array.isArray(list)) continue;
    for (const [index, member] of list.entries()) {
      if (isObject(member)) add(`/${name}/${index}/next`, member.next);
    }
  }
  if (Array.isArray(targets)) for (const [index, target] of targets.entries()) add(`/targets/${index}`, target);
  return edges;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
