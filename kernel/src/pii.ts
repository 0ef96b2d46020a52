/** Masks a phone number, name or address for logs: the ends stay, so that an operator can still tell two apart. */
export function pii(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const digits = value.replace(/\D/g, '').length;
  if (digits >= 7) return value.replace(/\d(?=(?:\D*\d){2})/g, (digit, at: number) => (at < 4 ? digit : '*'));
  if (value.length <= 2) return '*'.repeat(value.length);
  return `${value[0]}${'*'.repeat(Math.min(8, value.length - 2))}${value.at(-1)}`;
}
