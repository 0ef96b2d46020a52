/** Who a caller is: a number or a name, and what he is called where that was told. */
export interface CallerIdentity {
  readonly user: string;
  readonly displayName?: string;
}
