import { spawn } from 'node:child_process';

/** How a program ended. */
export type ProgramEnd =
  | { readonly kind: 'done'; readonly output: Buffer }
  | { readonly kind: 'missing' } // not installed
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'too-much-output' };

export interface ProgramRun {
  readonly program: string;
  readonly arguments: readonly string[];
  /** Given to its standard input. */
  readonly input: Uint8Array;
  readonly timeoutMs: number;
  /** Output beyond this kills it. */
  readonly maxOutputBytes: number;
  readonly signal?: AbortSignal;
}

/** So much of what a program complains is kept. */
const keptComplaint = 1000;

/** Runs a program once, input through a pipe and output into memory. Never rejects; the program is gone when it resolves. */
export function runProgram(run: ProgramRun): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    const child = spawn(run.program, [...run.arguments], {
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: run.timeoutMs,
      killSignal: 'SIGKILL',
      ...(run.signal ? { signal: run.signal } : {}),
    });
    const chunks: Buffer[] = [];
    let length = 0;
    let complaint = '';
    let tooMuch = false;
    child.stdout.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= run.maxOutputBytes) chunks.push(chunk);
      else if (!tooMuch) {
        tooMuch = true;
        child.kill('SIGKILL');
      }
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (complaint.length < keptComplaint) complaint += chunk.toString('utf8');
    });
    child.stdin.on('error', () => {}); // it ended before it read everything
    child.stdin.end(run.input);
    child.once('exit', (_code, signal) => {
      if (signal === null) return;
      // Killed: whatever it started itself must not keep us waiting for the end of its output.
      child.stdout.destroy();
      child.stderr.destroy();
    });
    let failure: NodeJS.ErrnoException | undefined;
    child.on('error', (error) => {
      failure = error;
      if (child.pid === undefined) resolve(missingOr(error));
    });
    child.once('close', (code, signal) => {
      if (tooMuch) resolve({ kind: 'too-much-output' });
      else if (code === 0 && !failure) resolve({ kind: 'done', output: Buffer.concat(chunks) });
      else
        resolve({ kind: 'failed', why: complaint.trim().slice(0, keptComplaint) || `it ended with ${code ?? signal}` });
    });
  });
}

function missingOr(error: NodeJS.ErrnoException): ProgramEnd {
  if (error.code === 'ENOENT' || error.code === 'EACCES') return { kind: 'missing' };
  return { kind: 'failed', why: error.message };
}
