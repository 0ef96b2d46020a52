/** What a later process needs of a call's contact, as the contacts themselves write and read it. Plain JSON; nothing of it but the id concerns the call. */
export interface KeptContact {
  readonly contactId: string;
}
