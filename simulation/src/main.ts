import { runWorld, type WorldOutcome } from './run-world.js';

const help = `Usage: script/simulate [--seed N] [--calls M] [--nodes K] [--per-world L] [--verbose] [--keep-going]

Runs M call lives (default 300) in simulated worlds of L lives each (default 10), the first from seed N (default 1), the next from N + 1 and so on, each with K processes
(default: by chance). After each world every promise is checked; a broken one ends the run with exit 1, the history around it and the command that replays it;
--keep-going lives through the other worlds all the same and gives each broken promise one line.`;

interface Arguments {
  readonly seed: number;
  readonly calls: number;
  readonly perWorld: number;
  readonly nodes: number | undefined;
  readonly verbose: boolean;
  readonly keepGoing: boolean;
}

function readArguments(given: readonly string[]): Arguments {
  const values = new Map<string, string>();
  let verbose = false;
  let keepGoing = false;
  for (let at = 0; at < given.length; at++) {
    const name = given[at]!;
    if (name === '--help') {
      console.log(help);
      process.exit(0);
    } else if (name === '--verbose') verbose = true;
    else if (name === '--keep-going') keepGoing = true;
    else if (/^--(seed|calls|nodes|per-world)$/.test(name) && /^\d+$/.test(given[at + 1] ?? '')) {
      values.set(name, given[++at]!);
    } else {
      console.error(`script/simulate does not know '${name}'.\n\n${help}`);
      process.exit(2);
    }
  }
  const number = (name: string) => (values.has(name) ? Number(values.get(name)) : undefined);
  return {
    seed: number('--seed') ?? 1,
    calls: number('--calls') ?? 300,
    perWorld: Math.max(1, number('--per-world') ?? 10),
    nodes: number('--nodes'),
    verbose,
    keepGoing,
  };
}

function report({ world, violations, lives }: WorldOutcome, { nodes, perWorld }: Arguments): void {
  console.error(`\nSeed ${world.seed}: ${violations.length} promises broken.`);
  for (const { callId, about, text } of violations.slice(0, 20)) console.error(`  ${callId ?? about ?? ''} ${text}`);
  const words = violations.flatMap(({ callId, about }) => [callId, about]).filter((word) => word !== undefined);
  console.error('\nWhat happened around it:');
  for (const line of words.length > 0 ? world.history.about(words.slice(0, 2), 80) : world.history.last(80)) {
    console.error(`  ${line.slice(0, 400)}`);
  }
  const more = `${nodes === undefined ? '' : ` --nodes ${nodes}`}${perWorld === 10 ? '' : ` --per-world ${perWorld}`}`;
  console.error(`\nReplay: script/simulate --seed ${world.seed} --calls ${lives}${more} --verbose`);
}

async function main(): Promise<number> {
  const asked = readArguments(process.argv.slice(2));
  const begun = performance.now();
  let done = 0;
  let broken = 0;
  const sums = { calls: 0, recordings: 0, killed: 0, livedMs: 0 };
  for (let seed = asked.seed; done < asked.calls; seed++) {
    const lives = Math.min(asked.perWorld, asked.calls - done);
    const outcome = await runWorld({
      seed,
      lives,
      ...(asked.nodes === undefined ? {} : { nodes: asked.nodes }),
      ...(asked.verbose ? { onLine: (line: string) => console.log(line) } : {}),
    });
    if (outcome.violations.length > 0) {
      broken++;
      if (!asked.keepGoing) {
        report(outcome, asked);
        return 1;
      }
      for (const { callId, about, text } of outcome.violations) {
        console.log(`seed ${seed}: BROKEN ${callId ?? about ?? ''} ${text}`);
      }
    }
    console.log(
      `seed ${seed}: ${lives} lives, ${outcome.calls} calls, ${outcome.recordings} recordings, ${outcome.killed} processes killed, history ${outcome.hash}`,
    );
    done += lives;
    for (const key of Object.keys(sums) as (keyof typeof sums)[]) sums[key] += outcome[key];
  }
  const seconds = (performance.now() - begun) / 1000;
  console.log(
    `${done} lives (${sums.calls} calls, ${sums.recordings} recordings, ${sums.killed} processes killed) in ${seconds.toFixed(1)} s: ${(done / seconds).toFixed(1)} lives a second, ${Math.round(sums.livedMs / 1000 / seconds)} times faster than real time. ${broken === 0 ? 'Every promise held.' : `${broken} worlds broke promises.`}`,
  );
  return broken === 0 ? 0 : 1;
}

process.exitCode = await main();
