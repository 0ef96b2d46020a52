/** Code of MongoDB for a unique value that is there already. */
export const duplicateKey = 11000;

/** Whether the server refused a write because a unique value is there already. */
export function isDuplicateKey(error: unknown): boolean {
  return (error as { readonly code?: unknown }).code === duplicateKey;
}
