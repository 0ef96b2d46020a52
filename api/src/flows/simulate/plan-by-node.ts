/** What was planned for each node, in order; the last of a node stays. */
export class PlanByNode<Planned extends { readonly node: string }> {
  readonly #left = new Map<string, Planned[]>();

  constructor(all: readonly Planned[]) {
    for (const each of all) {
      const list = this.#left.get(each.node);
      if (list) list.push(each);
      else this.#left.set(each.node, [each]);
    }
  }

  next(node: string): Planned | undefined {
    const list = this.#left.get(node) ?? [];
    return list.length > 1 ? list.shift() : list[0];
  }
}
