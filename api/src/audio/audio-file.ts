import type { CollectionDefinition, TenantCollection, TenantRecord } from '../store/tenant-collection.js';

/** An uploaded sound, kept as 8 kHz WAV. */
export interface AudioFile extends TenantRecord {
  /** Unique in the account. */
  readonly name: string;
  readonly durationMs: number;
  /** Of the kept file. */
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Its key in the object store. */
  readonly objectKey: string;
}

export type AudioStore = TenantCollection<AudioFile>;

export const audioCollection: CollectionDefinition<AudioFile> = {
  name: 'audio',
  unique: [{ name: 'name', fields: ['name'], within: 'account' }],
};
