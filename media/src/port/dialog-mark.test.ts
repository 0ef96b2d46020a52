import { describe, expect, it } from 'vitest';
import { dialogMark } from './dialog-mark.js';

describe('the mark of a node', () => {
  it.each([
    ['', '811c9dc5'],
    ['a', 'e40c292c'],
    ['foobar', 'bf9cf968'],
  ])('of %j is %s, as FNV-1a has it', (nodeId, mark) => {
    expect(dialogMark(nodeId)).toBe(mark);
  });

  it('tells the nodes of an installation apart', () => {
    const marks = Array.from({ length: 500 }, (_, n) => dialogMark(`media-${n}`));
    expect(new Set(marks).size).toBe(500);
  });
});
