import type { MenuKey } from './ask-for-key.js';

/** A menu that came at run time, or a sentence about what is wrong with it. */
export type DeliveredMenu = { readonly keys: readonly MenuKey[] } | { readonly fault: string };

/**
 * Reads a menu that the customer's system delivered: a JSON list of `{ digits, name, label, next }` as text, each `digits` one key and each `next` one of the
 * targets. Further members do not matter.
 */
export function menuFrom(text: string, targets: readonly string[]): DeliveredMenu {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    return { fault: text === '' ? 'it is empty.' : 'it is not JSON.' };
  }
  if (!Array.isArray(list) || list.length === 0 || list.length > 12) return { fault: 'it is no list of 1 to 12 keys.' };
  const keys: MenuKey[] = [];
  for (const [index, one] of list.entries()) {
    const at = `key ${index + 1}`;
    if (typeof one !== 'object' || one === null) return { fault: `${at} is no object.` };
    const { digits, label, name, next } = one as Readonly<Record<string, unknown>>;
    if (typeof digits !== 'string' || !/^[0-9*#]$/.test(digits)) {
      return { fault: `${at}: digits must be one of 0 to 9, * and #.` };
    }
    if (keys.some(({ key }) => key === digits)) return { fault: `${at}: ${digits} is there twice.` };
    if (typeof next !== 'string' || !targets.includes(next)) {
      return { fault: `${at}: next must be one of the node's targets.` };
    }
    const said = typeof label === 'string' ? label : typeof name === 'string' ? name : '';
    keys.push({ key: digits, label: said.slice(0, 100), next });
  }
  return { keys };
}
