import type { PhoneNumberStore } from '../numbers/index.js';
import { InvalidRequestError } from '../operation/request-errors.js';

/** @throws InvalidRequestError when one of the lines is not a number of the account */
export async function checkLines(
  numbers: Pick<PhoneNumberStore, 'get'>,
  accountId: string,
  numberIds: readonly string[] | null | undefined,
): Promise<void> {
  const found = await Promise.all((numberIds ?? []).map((id) => numbers.get(accountId, id)));
  const wrong = found.flatMap((number, at) =>
    number ? [] : [{ pointer: `/numberIds/${at}`, message: `must be the id of one of the account's numbers` }],
  );
  if (wrong.length > 0) throw new InvalidRequestError(wrong);
}
