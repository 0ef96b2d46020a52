import { readFileSync } from 'node:fs';

/*
 * Loaded into a program before its own code (`NODE_OPTIONS=--import …`): the wall clock of that process jumps by the milliseconds in the file that STEPPED_CLOCK_FILE names, whenever it
 * gets SIGUSR2. Timers run on, as they do when a machine's clock is set.
 */
const RealDate = Date;
const realNow = Date.now;
let stepMs = 0;

class SteppedDate extends RealDate {
  constructor(...given: [] | [number]) {
    if (given.length === 0) super(realNow() + stepMs);
    else super(...given);
  }

  static override now(): number {
    return realNow() + stepMs;
  }
}

// Libraries know it by its name.
Object.defineProperty(SteppedDate, 'name', { value: 'Date' });
globalThis.Date = SteppedDate as DateConstructor;
process.on('SIGUSR2', () => {
  stepMs = Number(readFileSync(process.env.STEPPED_CLOCK_FILE!, 'utf8'));
});
