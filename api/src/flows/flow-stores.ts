import type { CollectionDefinition, TenantCollection } from '../store/tenant-collection.js';
import type { Flow, FlowVersion, StoredFlowDocument } from './flow.js';

export type FlowStore = TenantCollection<Flow>;
export type FlowVersionStore = TenantCollection<FlowVersion>;
export type FlowDocumentStore = TenantCollection<StoredFlowDocument>;

/** All that flows are kept in. */
export interface FlowStores {
  readonly flows: FlowStore;
  readonly flowVersions: FlowVersionStore;
  readonly flowDocuments: FlowDocumentStore;
}

export const flowCollection: CollectionDefinition<Flow> = {
  name: 'flows',
  unique: [{ name: 'name', fields: ['name'], within: 'account' }],
};

export const flowVersionCollection: CollectionDefinition<FlowVersion> = {
  name: 'flowVersions',
  unique: [{ name: 'number', fields: ['flowId', 'number'], within: 'account' }],
  indexes: [['flowId'], ['audioIds'], ['flowIds']],
};

export const flowDocumentCollection: CollectionDefinition<StoredFlowDocument> = {
  name: 'flowDocuments',
  indexes: [['flowId']],
};
