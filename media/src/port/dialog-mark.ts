/**
 * The end of every dialog tag that a node makes (`8f3a…-1c9e04ab`): by it an edge finds the node that has the dialog which a Replaces header names. It is
 * no secret (FNV-1a of the node's id, 32 bits); what cannot be guessed is the rest of the tag. The same for a node that was started anew.
 */
export function dialogMark(nodeId: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(nodeId)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
