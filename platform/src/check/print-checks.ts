import type { CheckResult } from './check.js';

/** The results for people, one check a paragraph, and whether the platform can start. */
export function printChecks(results: readonly CheckResult[]): { readonly text: string; readonly canStart: boolean } {
  const width = Math.max(...results.map(({ name }) => name.length));
  const lines = results.flatMap(({ name, ok, needed, sentence, fix }) => {
    const mark = ok ? 'ok   ' : needed ? 'WRONG' : 'less ';
    const first = `${mark}  ${name.padEnd(width)}  ${sentence}`;
    return ok ? [first] : [first, `${' '.repeat(7 + width + 2)}-> ${fix}`];
  });
  const wrong = results.filter(({ ok, needed }) => !ok && needed).length;
  const end =
    wrong === 0 ? 'The platform can start.' : `The platform cannot start: ${wrong} of ${results.length} checks failed.`;
  return { text: [...lines, '', end].join('\n'), canStart: wrong === 0 };
}
