import { settingsWith } from '@hookswitch/api/config/settings';
import { describe, expect, it } from 'vitest';
import { callsSurvive } from './calls-survive.js';

const node = { nodeId: 'node-1' };
const socket = { mediaPlaneSocket: '/run/media.sock' };

describe('callsSurvive', () => {
  it.each([
    [{}, false],
    [node, false],
    [socket, false],
    [{ ...node, ...socket }, true],
    [{ ...node, mediaEngine: 'freeswitch' as const }, true],
    [{ ...node, ...socket, callsSurviveRestart: false }, false],
    [{ ...node, callsSurviveRestart: true }, true],
    [{ ...socket, callsSurviveRestart: false }, false],
  ])('with %j: %s', (settings, survive) => {
    expect(callsSurvive(settingsWith(settings))).toBe(survive);
  });

  it('cannot be where the next process would be another node', () => {
    expect(() => callsSurvive(settingsWith({ callsSurviveRestart: true }))).toThrow(/set NODE_ID/);
  });
});
