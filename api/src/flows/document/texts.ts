/** A text in a node, where it stands. */
export interface NodeText {
  /** JSON pointer in the node. */
  readonly field: string;
  readonly text: string;
}

const plainFields = new Set(['id', 'kind', 'label', 'exits']);
const reference = /\$\{([A-Za-z_][A-Za-z0-9_.-]{0,63})\}/g;

/** Every text of a node that may hold variables. */
export function textsOf(node: object): readonly NodeText[] {
  const texts: NodeText[] = [];
  for (const [name, value] of Object.entries(node)) if (!plainFields.has(name)) collect(`/${name}`, value, texts);
  return texts;
}

/** Names of the variables in a text, as `${name}`. */
export function variablesIn(text: string): readonly string[] {
  return text.includes('${') ? [...text.matchAll(reference)].map(([, name]) => name!) : [];
}

/** The text with something plain in place of each variable, to see whether the rest is right. */
export function withoutVariables(text: string, instead: string): string {
  return text.replace(reference, instead);
}

function collect(field: string, value: unknown, texts: NodeText[]): void {
  if (typeof value === 'string') texts.push({ field, text: value });
  else if (value !== null && typeof value === 'object')
    for (const [name, member] of Object.entries(value)) collect(`${field}/${name}`, member, texts);
}
