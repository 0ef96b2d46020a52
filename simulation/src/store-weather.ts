import { type Clock, pause } from '@hookswitch/kernel/clock';
import type { Chance } from './chance.js';
import type { Mortal } from './mortal.js';

/** How databases behave towards a process. */
export interface StoreWeather {
  /** An operation takes up to so long, there and back, milliseconds. 0: at once. */
  readonly slowestMs: number;
  /** How likely an operation fails, 0 to 1: half of those are done nevertheless. */
  readonly failures: number;
}

export interface StoreSurroundings {
  readonly clock: Clock;
  readonly mortal: Mortal;
  readonly chance: Chance;
  readonly weather: () => StoreWeather;
}

/** A store as one process reaches it over a network: slow, sometimes away, and never answering a process that died meanwhile. Every method must be asynchronous. */
export function overTheNetwork<Store extends object>(store: Store, around: StoreSurroundings): Store {
  const { clock, mortal, chance, weather } = around;
  const travel = async <Result>(operate: () => Promise<Result>): Promise<Result> => {
    const { slowestMs, failures } = weather();
    const fate = failures > 0 && chance.happens(failures) ? chance.one(['not-done', 'done'] as const) : 'well';
    if (slowestMs > 0 && chance.happens(0.7)) await pause(clock, chance.between(0, slowestMs));
    if (fate === 'not-done') throw new Error('simulated: the database is away');
    const result = await operate();
    if (slowestMs > 0 && chance.happens(0.3)) await pause(clock, chance.between(0, slowestMs));
    if (fate === 'done') throw new Error('simulated: the answer of the database was lost');
    return result;
  };
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member === 'function') {
        return (...given: unknown[]) =>
          mortal.guard(travel(() => Reflect.apply(member, target, given) as Promise<unknown>));
      }
      return typeof member === 'object' && member !== null ? overTheNetwork(member, around) : member;
    },
  });
}
