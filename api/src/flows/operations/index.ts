import type { OperationHandlers } from '../../operation/handler.js';
import type { FlowSimulationDeps } from '../simulate/try-flow.js';
import { compareFlowVersions } from './compare-flow-versions.js';
import { createFlow } from './create-flow.js';
import { deleteFlow } from './delete-flow.js';
import { deleteFlowVersion } from './delete-flow-version.js';
import { drawFlowDraft, drawFlowVersion } from './draw-flow.js';
import { exportFlow } from './export-flow.js';
import { getFlow } from './get-flow.js';
import { getFlowCounts } from './get-flow-counts.js';
import { getFlowVersion } from './get-flow-version.js';
import { importFlow } from './import-flow.js';
import { listFlowVersions } from './list-flow-versions.js';
import { listFlows } from './list-flows.js';
import { publishFlow } from './publish-flow.js';
import { saveFlowDraft } from './save-flow-draft.js';
import { setLiveFlowVersion } from './set-live-flow-version.js';
import { simulateFlow } from './simulate-flow.js';
import { updateFlow } from './update-flow.js';
import { validateFlow } from './validate-flow.js';

/** The HTTP face of flows. */
export function flowOperations(deps: FlowSimulationDeps) {
  return {
    createFlow: createFlow(deps),
    importFlow: importFlow(deps),
    exportFlow: exportFlow(deps),
    listFlows: listFlows(deps),
    getFlow: getFlow(deps),
    updateFlow: updateFlow(deps),
    deleteFlow: deleteFlow(deps),
    saveFlowDraft: saveFlowDraft(deps),
    validateFlow: validateFlow(deps),
    publishFlow: publishFlow(deps),
    listFlowVersions: listFlowVersions(deps),
    getFlowVersion: getFlowVersion(deps),
    deleteFlowVersion: deleteFlowVersion(deps),
    setLiveFlowVersion: setLiveFlowVersion(deps),
    compareFlowVersions: compareFlowVersions(deps),
    drawFlowDraft: drawFlowDraft(deps),
    drawFlowVersion: drawFlowVersion(deps),
    getFlowCounts: getFlowCounts(deps),
    simulateFlow: simulateFlow(deps),
  } satisfies Partial<OperationHandlers>;
}
