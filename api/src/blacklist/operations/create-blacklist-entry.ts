import { maySearchNumbers } from '../../number-protection/index.js';
import type { OperationHandler } from '../../operation/handler.js';
import { ScopeMissingError } from '../../operation/request-errors.js';
import type { BlacklistApiDeps } from '../blacklist-entry-deps.js';
import { blacklistEntryView } from '../blacklist-entry-view.js';
import { createBlacklistEntry as create } from '../create-blacklist-entry.js';

export function createBlacklistEntry(deps: BlacklistApiDeps): OperationHandler<'createBlacklistEntry'> {
  return async ({ body }, context) => {
    // Whether a number is on the list already would tell a masked number to who adds the contact's first and then guesses.
    if (!(await maySearchNumbers(deps.centreSettingsOf, context)))
      throw new ScopeMissingError('calls:read', 'Numbers are protected; add the customer of a contact instead.');
    return { status: 201, body: blacklistEntryView(await create(deps, context.account, body)) };
  };
}
