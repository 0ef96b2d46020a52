/**
 * The groups of nodes that all lead to one another, so that one may go round in them for ever (Tarjan's strongly connected components; without recursion, for long
 * chains). A node alone is one only where it leads to itself.
 */
export function loops(count: number, next: (node: number) => readonly number[]): readonly (readonly number[])[] {
  const order = new Int32Array(count).fill(-1);
  const low = new Int32Array(count);
  const open = new Uint8Array(count);
  const stack: number[] = [];
  const found: number[][] = [];
  let visited = 0;
  for (let root = 0; root < count; root++) {
    if (order[root] !== -1) continue;
    const path = [{ node: root, next: next(root), at: 0 }];
    enter(root);
    while (path.length > 0) {
      const here = path.at(-1)!;
      const to = here.next[here.at++];
      if (to === undefined) {
        path.pop();
        const above = path.at(-1);
        if (above) low[above.node] = Math.min(low[above.node]!, low[here.node]!);
        if (low[here.node] === order[here.node]) close(here.node, here.next);
      } else if (order[to] === -1) {
        enter(to);
        path.push({ node: to, next: next(to), at: 0 });
      } else if (open[to]) low[here.node] = Math.min(low[here.node]!, order[to]!);
    }
  }
  return found;

  function enter(node: number): void {
    order[node] = low[node] = visited++;
    open[node] = 1;
    stack.push(node);
  }

  function close(node: number, next: readonly number[]): void {
    const group = stack.splice(stack.lastIndexOf(node));
    for (const member of group) open[member] = 0;
    if (group.length > 1 || next.includes(node)) found.push(group.sort((a, b) => a - b));
  }
}
