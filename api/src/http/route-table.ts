/** What a path names: what stands behind each of its methods, and the values of its template's variables, still escaped. */
export interface FoundPath<Target> {
  readonly methods: ReadonlyMap<string, Target>;
  readonly params: Readonly<Record<string, string>>;
}

interface Place<Target> {
  readonly methods: Map<string, Target>;
  readonly variables: readonly string[];
  readonly literal: Map<string, Place<Target>>;
  /** What any one segment leads to. */
  variable?: Place<Target>;
}

/**
 * Finds operations by path in as many steps as the path has segments, however many operations there are: Express would try their routes one after another. Segments given literally go before
 * variables (OpenAPI 3.1 4.8.8.2). A slash at the end does not count.
 */
export class RouteTable<Target> {
  readonly #root: Place<Target> = place([]);

  /** @param path a template of the API description, such as `/v1/calls/{callId}` */
  add(method: string, path: string, target: Target): void {
    let at = this.#root;
    for (const segment of segmentsOf(path)) {
      const name = /^\{(\w+)\}$/.exec(segment)?.[1];
      if (name === undefined) {
        let next = at.literal.get(segment);
        if (!next) at.literal.set(segment, (next = place(at.variables)));
        at = next;
      } else at = at.variable ??= place([...at.variables, name]);
    }
    at.methods.set(method, target);
  }

  find(path: string): FoundPath<Target> | undefined {
    const values: string[] = [];
    const found = walk(this.#root, segmentsOf(path), 0, values);
    if (!found) return undefined;
    return {
      methods: found.methods,
      params: Object.fromEntries(found.variables.map((name, at) => [name, values[at]!])),
    };
  }
}

function place<Target>(variables: readonly string[]): Place<Target> {
  return { methods: new Map(), variables, literal: new Map() };
}

function segmentsOf(path: string): readonly string[] {
  return path.slice(1, path.endsWith('/') ? -1 : undefined).split('/');
}

function walk<Target>(
  from: Place<Target>,
  segments: readonly string[],
  at: number,
  values: string[],
): Place<Target> | undefined {
  if (at === segments.length) return from.methods.size > 0 ? from : undefined;
  const segment = segments[at]!;
  const literal = from.literal.get(segment);
  const found = literal && walk(literal, segments, at + 1, values);
  if (found || !from.variable || segment === '') return found;
  values.push(segment);
  const matched = walk(from.variable, segments, at + 1, values);
  if (!matched) values.pop();
  return matched;
}
