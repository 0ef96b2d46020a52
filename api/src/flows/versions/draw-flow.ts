import { edgesOf } from '../document/edges.js';
import type { FlowDraft } from '../document/flow-document.js';

type SentNode = Readonly<Record<string, unknown>>;

/** A flow as a Mermaid flow chart. What people wrote stands in it escaped, so that it is shown and never read as a command. */
export function drawFlow({ nodes }: FlowDraft): string {
  const numbers = new Map(nodes.map(({ id }: SentNode, number) => [id, number]));
  const lines = nodes.flatMap((node: SentNode, number) => [
    `  n${number}${shapeOf(node)}`,
    ...edgesOf(node).flatMap(({ field, target }) => {
      const to = numbers.get(target);
      return to === undefined ? [] : [`  n${number} -- ${quoted(wayOf(node, field))} --> n${to}`];
    }),
  ]);
  return `flowchart TD\n${lines.join('\n')}\n`;
}

/** Start and end are round, what asks is a diamond, the rest are boxes. */
function shapeOf(node: SentNode): string {
  const { id, kind, label } = node;
  const text = quoted(written(label ?? id), written(kind));
  switch (kind) {
    case 'start':
    case 'end':
      return `([${text}])`;
    case 'condition':
    case 'workingHours':
      return `{${text}}`;
    case 'menu':
    case 'dynamicMenu':
    case 'survey':
    case 'collectDigits':
      return `{{${text}}}`;
    default:
      return `[${text}]`;
  }
}

/** `/exits/next` is `next`; a key is the key and what it stands for. */
function wayOf(node: SentNode, field: string): string {
  const [, list, at = ''] = field.split('/');
  if (list === 'exits') return at;
  if (list === 'keys') {
    const { key, label } = (node.keys as readonly SentNode[])[Number(at)]!;
    return label === undefined ? written(key) : `${written(key)} ${written(label)}`;
  }
  return list === 'rules' ? `rule ${Number(at) + 1}` : `target ${Number(at) + 1}`;
}

/** What somebody sent as text; a draft may hold anything, even what cannot be turned into text. */
function written(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '?');
}

function quoted(...lines: readonly string[]): string {
  return `"${lines.map(escaped).join('<br/>')}"`;
}

/** Mermaid takes `#35;` for the character of that number. */
function escaped(text: string): string {
  return text.slice(0, 200).replace(/[^\p{L}\p{N} .,:;!?()/+*=_-]/gu, (character) => `#${character.codePointAt(0)};`);
}
