import { BaseError } from '@hookswitch/kernel/base-error';

/**
 * A customer's own interface that gives ids for numbers and numbers for ids. Several questions at once are one request where they come together.
 *
 * What must hold: it rejects with `NumberMappingError` only; nothing of a number or an id is logged.
 */
export interface NumberMapper {
  /** The id that stands for that number (E.164). The customer's side makes one for a number it does not know. */
  userIdOf(accountId: string, mapping: NumberMapping, number: string): Promise<string>;
  /** The number (E.164) behind that id. */
  numberOf(accountId: string, mapping: NumberMapping, userId: string): Promise<string>;
}

/** As in the contact centre's settings. */
export interface NumberMapping {
  readonly url: string;
  readonly username: string;
  readonly sealedPassword: string;
}

export class NumberMappingError extends BaseError {
  constructor(why: string, cause?: unknown) {
    super('upstream', 'number-mapping-failed', `Your interface that maps numbers failed: ${why}.`, { cause });
  }
}
