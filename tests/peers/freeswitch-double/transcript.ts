import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type EslFrame, EslFrameParser } from '@hookswitch/media/drivers/freeswitch/esl/frame-parser';

/** A step of a recorded conversation. */
export type Step =
  | { readonly kind: 'command'; readonly lines: readonly string[] }
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'remark'; readonly text: string };

export interface Transcript {
  readonly name: string;
  readonly steps: readonly Step[];
}

const folder = fileURLToPath(new URL('../../../peers/freeswitch-double/transcripts/', import.meta.url));

/** Every recorded conversation, by its file's name. */
export function transcripts(): readonly Transcript[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.txt'))
    .sort()
    .map((name) => ({ name: name.replace(/\.txt$/, ''), steps: stepsOf(readFileSync(join(folder, name), 'utf8')) }));
}

/** All that the server said, in one piece. */
export function serverBytes({ steps }: Transcript): Buffer {
  return Buffer.concat(steps.map((step) => (step.kind === 'bytes' ? step.bytes : Buffer.alloc(0))));
}

export function framesOf(transcript: Transcript): readonly EslFrame[] {
  return new EslFrameParser().push(serverBytes(transcript));
}

/** `> ` was sent by the client, `< ` by FreeSWITCH, `# ` is a remark; a line `\ no newline here` takes the line break before it back. */
function stepsOf(text: string): Step[] {
  const steps: Step[] = [];
  let sent: string[] = [];
  let said: string[] = [];
  const flush = () => {
    if (said.length > 0) steps.push({ kind: 'bytes', bytes: Buffer.from(said.join('')) });
    said = [];
  };
  for (const line of text.split('\n')) {
    if (line.startsWith('< ')) said.push(`${line.slice(2)}\n`);
    else if (line.startsWith('\\ no newline')) said[said.length - 1] = said.at(-1)!.slice(0, -1);
    else if (line.startsWith('> ')) {
      flush();
      if (line !== '> ') sent.push(line.slice(2));
      else if (sent.length > 0) {
        steps.push({ kind: 'command', lines: sent });
        sent = [];
      }
    } else if (line.startsWith('# ')) {
      flush();
      steps.push({ kind: 'remark', text: line.slice(2) });
    }
  }
  flush();
  return steps;
}
