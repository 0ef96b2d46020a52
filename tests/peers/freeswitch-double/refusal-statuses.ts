import { transcripts } from './transcript.js';

let learnt: Map<string, number> | undefined;

/** The SIP status a caller got for each hang-up cause, as transcript 31 shows. */
export function causesOfRefusals(): ReadonlyMap<string, number> {
  if (learnt) return learnt;
  learnt = new Map([['USER_BUSY', 486]]);
  let cause = '';
  for (const step of transcripts().find(({ name }) => name.startsWith('31-'))!.steps) {
    if (step.kind === 'command') cause = /^api uuid_kill \S+ ?(.*)$/.exec(step.lines[0]!)?.[1] || 'NORMAL_CLEARING';
    const status = step.kind === 'remark' && /has received: (\d{3}) [^,]*;/.exec(step.text)?.[1];
    if (status) learnt.set(cause, Number(status));
  }
  return learnt;
}
