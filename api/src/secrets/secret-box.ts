/**
 * Encrypts the secrets we must be able to use again (signing secrets, digest passwords, HA1s). What is sealed is bound to its `context` (say, the record's id), so that
 * it cannot be moved to another record. Secrets we only check are hashed instead and never come here.
 */
export interface SecretBox {
  /** Text that only `open` with the same context reads. */
  seal(secret: string, context: string): string;
  /** @throws SecretUnreadableError when the key is not known, the context differs or the text was changed. */
  open(sealed: string, context: string): string;
  /** Whether it was sealed with a former key and should be sealed anew. */
  isOutdated(sealed: string): boolean;
}
