import type { Schema } from '@hookswitch/openapi/operations';
import type { FlowDocument, FlowDraft } from './document/flow-document.js';
import type { Flow, FlowVersion, StoredFlowDocument } from './flow.js';

/** A flow as users see it in lists. */
export function flowSummaryView(flow: Flow): Schema<'FlowSummary'> {
  const { id, accountId, name, description, selfService = false, liveVersion = null } = flow;
  const { createdAt, updatedAt, revision } = flow;
  return { id, accountId, name, description, selfService, liveVersion, createdAt, updatedAt, revision };
}

/** A flow with its draft, which may be at hand already. */
export function flowView(
  flow: Flow,
  stored: StoredFlowDocument,
  draft = JSON.parse(stored.json) as FlowDraft,
): Schema<'Flow'> {
  return {
    ...flowSummaryView(flow),
    draft,
    draftRevision: stored.revision,
    draftSavedAt: stored.updatedAt,
  };
}

/** The tag of a draft, for `If-Match`. */
export function draftEtag({ revision }: StoredFlowDocument): string {
  return `"${revision}"`;
}

export function flowVersionView(version: FlowVersion, { liveVersion }: Flow): Schema<'FlowVersion'> {
  const { flowId, accountId, number, note = null, publishedBy, createdAt } = version;
  return { flowId, accountId, number, live: number === liveVersion, note, publishedBy, createdAt };
}

export function flowVersionDetailView(
  version: FlowVersion,
  flow: Flow,
  stored: StoredFlowDocument,
): Schema<'FlowVersionDetail'> {
  return { ...flowVersionView(version, flow), document: JSON.parse(stored.json) as FlowDocument };
}
