/** The revision that an `If-Match` names, in any of its usual forms. */
export function revisionOf(ifMatch: string | undefined): number | undefined {
  const digits = ifMatch === undefined ? undefined : /\d+/.exec(ifMatch)?.[0];
  return digits === undefined ? undefined : Number(digits);
}
