import type { RunScript } from '../../scripting/index.js';

type Note = Parameters<RunScript['note']>[0];

/** What stands for something secret; its length is secret too. */
export const hidden = '***';
/** What is shorter stands in too many other texts by chance. */
const shortestFound = 3;
/** Members of a note that name things of the flow. */
const names: ReadonlySet<string> = new Set(['event', 'flowId', 'version', 'node', 'kind', 'exit', 'next', 'name']);

/** What callers entered that nobody is to read: found wherever a timeline would tell it, also in requests and answers. */
export class Secrets {
  readonly #values: Set<string>;

  constructor(values: readonly string[] = []) {
    this.#values = new Set(values);
  }

  get all(): readonly string[] {
    return [...this.#values];
  }

  add(value: string): void {
    if (value.length >= shortestFound) this.#values.add(value);
  }

  hide(note: Note): Note {
    if (this.#values.size === 0) return note;
    const summary = this.#hidden(note.summary);
    return { ...note, summary, ...(note.detail && { detail: this.#hidden(note.detail) }) };
  }

  #hidden<Value>(value: Value): Value;
  #hidden(value: unknown): unknown {
    if (typeof value === 'string') {
      let text = value;
      for (const secret of this.#values) text = text.replaceAll(secret, hidden);
      return text;
    }
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((one) => this.#hidden(one));
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [name, names.has(name) ? one : this.#hidden(one)]),
    );
  }
}
