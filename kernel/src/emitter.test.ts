import { describe, expect, it } from 'vitest';
import { Emitter } from './emitter.js';

describe('Emitter', () => {
  it('lets every listener hear an event although one throws', () => {
    const broken: unknown[] = [];
    const heard: number[] = [];
    const emitter = new Emitter<{ count: [number] }>((error) => broken.push(error));
    emitter.on('count', () => {
      throw new Error('mine');
    });
    emitter.on('count', (value) => heard.push(value));
    emitter.emit('count', 7);
    expect(heard).toEqual([7]);
    expect(broken).toHaveLength(1);
  });

  it('calls a once-listener once, and none that was taken off', () => {
    const emitter = new Emitter<{ count: [number] }>();
    const heard: number[] = [];
    emitter.once('count', (value) => heard.push(value));
    const stop = emitter.on('count', (value) => heard.push(value * 10));
    emitter.emit('count', 1);
    stop();
    emitter.emit('count', 2);
    expect(heard).toEqual([1, 10]);
  });
});
