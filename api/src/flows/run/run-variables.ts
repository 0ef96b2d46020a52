import { BaseError } from '@hookswitch/kernel/base-error';
import type { FlowVariables, OtherValues } from './flow-node.js';

/** Longest value, and longest text that is made of values, characters. */
export const longestValue = 4096;

const reference = /\$\{([A-Za-z_][A-Za-z0-9_.-]{0,63})\}/g;

export interface RunVariablesInit {
  readonly own: Readonly<Record<string, string>>;
  /** The platform's value of that name, at this moment. */
  readonly system: (name: string) => string | undefined;
  /** Hears once of each name that was asked for and not set. */
  readonly onUnset: (name: string) => void;
  readonly onSet: (name: string, value: string) => void;
  /** Hears of each text that is made; may throw where there were too many. */
  readonly onText: () => void;
}

/** The variables of one run of a flow. */
export class RunVariables implements FlowVariables {
  readonly #own: Map<string, string>;
  readonly #init: RunVariablesInit;
  readonly #told = new Set<string>();

  constructor(init: RunVariablesInit) {
    this.#init = init;
    this.#own = new Map(Object.entries(init.own).map(([name, value]) => [name, cut(value)]));
  }

  get(name: string): string {
    return this.#value(name);
  }

  #value(name: string, others?: OtherValues): string {
    const other = others && Object.hasOwn(others, name) ? others[name] : undefined;
    const value = this.#init.system(name) ?? this.#own.get(name) ?? other;
    if (value !== undefined) return value;
    if (!this.#told.has(name)) {
      this.#told.add(name);
      this.#init.onUnset(name);
    }
    return '';
  }

  set(name: string, value: string, shown = value): void {
    this.#own.set(name, cut(value));
    this.#init.onSet(name, cut(shown));
  }

  text(template: string, others?: OtherValues): string {
    if (others === undefined) this.#init.onText();
    if (!template.includes('${')) return template;
    let text = '';
    let from = 0;
    for (const { 0: whole, 1: name, index } of template.matchAll(reference)) {
      if (text.length >= longestValue) break; // a short template may name a long value hundreds of times
      text += template.slice(from, index) + this.#value(name!, others);
      from = index + whole.length;
    }
    return cut(text + template.slice(from));
  }

  url(template: string, others?: OtherValues): string {
    const address = template.replace(reference, (_, name: string) =>
      encodeURIComponent(this.#value(name, others).replace(loneSurrogate, '\ufffd')),
    );
    if (address.length > longestAddress) throw new FlowAddressError(`is longer than ${longestAddress} characters`);
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
      throw new FlowAddressError('is no http or https address');
    }
    return address;
  }

  all(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#own);
  }
}

const longestAddress = 8192;
/** Half a character, which nothing can encode. */
const loneSurrogate = /\p{Surrogate}/gu;

function cut(value: string): string {
  return value.length > longestValue ? value.slice(0, longestValue) : value;
}

/** A node's address, with its variables in it, that cannot be asked. */
export class FlowAddressError extends BaseError {
  constructor(what: string) {
    super('invalid', 'flow-bad-address', `With its variables filled in, the node's address ${what}.`);
  }
}
