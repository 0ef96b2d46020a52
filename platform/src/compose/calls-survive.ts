import type { Settings } from '@hookswitch/api/config/settings';

/** Whether the next process of this node goes on with the calls of one that was killed. Throws where that is asked for and cannot be. */
export function callsSurvive({ nodeId, callsSurviveRestart, mediaPlaneSocket, mediaEngine }: Settings): boolean {
  if (callsSurviveRestart && nodeId === undefined) {
    throw new Error('CALLS_SURVIVE_RESTART is yes: set NODE_ID, so that the next process is the same node.');
  }
  const soundSurvives = mediaPlaneSocket !== undefined || mediaEngine === 'freeswitch';
  return callsSurviveRestart ?? (nodeId !== undefined && soundSurvives);
}
