const e164 = /^\+[1-9]\d{6,14}$/;

/** Whether `text` is an E.164 number with its plus sign (ITU-T E.164: at most 15 digits). */
export function isE164(text: string): boolean {
  return e164.test(text);
}

/** Removes the separators people write (spaces, dots, dashes, brackets). Anything else is left as it is. */
export function stripSeparators(text: string): string {
  return text.replace(/[\s().-]/g, '');
}
