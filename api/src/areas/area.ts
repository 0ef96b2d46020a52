/** Where a number is from, and whose range it is in. Parts that are not known are empty. */
export interface Area {
  /** ISO 3166-1 alpha-2: `CN`. */
  readonly country: string;
  readonly province: string;
  readonly city: string;
  readonly operator: string;
}

/** Looks where an E.164 number is from. Undefined where nothing is known of it; never rejects. */
export type AreaOf = (number: string) => Promise<Area | undefined>;

/** How near two areas are; `elsewhere` where either is not known. */
export function nearness(a: Area | undefined, b: Area | undefined): 'city' | 'province' | 'country' | 'elsewhere' {
  if (!a || !b || a.country === '' || a.country !== b.country) return 'elsewhere';
  if (a.province !== b.province || (a.province === '' && a.city !== b.city)) return 'country';
  return a.city !== '' && a.city === b.city ? 'city' : a.province === '' ? 'country' : 'province';
}
