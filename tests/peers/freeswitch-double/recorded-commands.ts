import { formOfApi, formOfCommand, namesOfAssignments } from './command-form.js';
import { framesOf, transcripts } from './transcript.js';

/** A command of which no transcript shows what it does. */
export class UnknownCommandError extends Error {
  constructor(lines: readonly string[], why: string) {
    super(`No transcript knows this command (${why}): ${lines.join(' | ')}`);
  }
}

/** Which commands the transcripts know, and what FreeSWITCH answered. */
export class RecordedCommands {
  readonly #forms = new Set<string>();
  readonly #apis = new Set<string>();
  readonly #variables = new Set<string>();
  readonly #events = new Set<string>();
  readonly #inline = new Set<string>();
  readonly #answers = new Set<string>();

  constructor() {
    for (const transcript of transcripts()) {
      for (const step of transcript.steps) if (step.kind === 'command') this.#learn(step.lines);
      for (const frame of framesOf(transcript)) {
        if (frame.type === 'api/response') this.#answers.add(shapeOf(frame.body.toString()));
        if (frame.type === 'command/reply') this.#answers.add(shapeOf(frame.headers.get('reply-text') ?? ''));
        if (frame.type === 'text/event-plain' && frame.body.includes('Event-Name: BACKGROUND_JOB')) {
          this.#answers.add(shapeOf(frame.body.subarray(frame.body.indexOf('\n\n') + 2).toString()));
        }
      }
    }
  }

  /** Throws `UnknownCommandError` unless a transcript shows a command of that form. */
  check(lines: readonly string[]) {
    const [first = ''] = lines;
    const [verb, ...words] = first.split(' ');
    const api = words.join(' ');
    if (verb === 'event') return this.#checkEvents(lines, words.slice(1));
    if (words[0] === 'originate') return this.#checkOriginate(lines, api);
    if (words[0] === 'uuid_transfer') return this.#checkTransfer(lines, api);
    const known = verb === 'api' ? this.#apis.has(formOfApi(api)) : this.#forms.has(formOfCommand(lines));
    if (!known) throw new UnknownCommandError(lines, formOfCommand(lines));
  }

  /** Throws unless FreeSWITCH was heard to answer like that. */
  checkAnswer(answer: string): void {
    if (!this.#answers.has(shapeOf(answer))) throw new Error(`No transcript shows this answer: ${answer}`);
  }

  #learn(lines: readonly string[]): void {
    const [first = ''] = lines;
    const [verb, ...words] = first.split(' ');
    const api = words.join(' ');
    this.#forms.add(formOfCommand(lines));
    if (verb === 'api' || verb === 'bgapi') this.#apis.add(formOfApi(api));
    if (verb === 'event') for (const name of words.slice(1)) this.#events.add(name);
    for (const [, braces] of api.matchAll(/[{[]([^}\]]*=[^}\]]*)[}\]]/g)) {
      for (const name of namesOfAssignments(braces!)) this.#variables.add(name);
    }
    for (const application of inlineOf(api)) this.#inline.add(application);
  }

  #checkEvents(lines: readonly string[], names: readonly string[]): void {
    const unknown = names.find((name) => !this.#events.has(name));
    if (unknown !== undefined) throw new UnknownCommandError(lines, `the event ${unknown}`);
  }

  /** Every variable must be known by itself, and the way of dialling. */
  #checkOriginate(lines: readonly string[], api: string): void {
    const form = formOfApi(api);
    const names = /^originate \{(.*?)\}/.exec(form)?.[1]?.split(',') ?? [];
    const unknown = names.find((name) => !this.#variables.has(name));
    if (unknown !== undefined) throw new UnknownCommandError(lines, `the originate variable ${unknown}`);
    const way = form.replace(/^originate \{.*?\}/, '');
    const isKnown = [...this.#apis].some(
      (known) => known.startsWith('originate ') && known.replace(/^originate \{.*?\}/, '') === way,
    );
    if (!isKnown) throw new UnknownCommandError(lines, way);
  }

  #checkTransfer(lines: readonly string[], api: string): void {
    const unknown = inlineOf(api).find((application) => {
      const variable = /^set:(\w+)=/.exec(application)?.[1];
      return !this.#inline.has(application) && !(variable !== undefined && this.#variables.has(variable));
    });
    if (unknown !== undefined) throw new UnknownCommandError(lines, unknown);
    const bare = formOfApi(api).replace(/'.*'/, "'…'");
    if (![...this.#apis].some((known) => known.replace(/'.*'/, "'…'") === bare))
      throw new UnknownCommandError(lines, bare);
  }
}

function inlineOf(api: string): string[] {
  const inline = /^uuid_transfer .*'(.*)' inline$/.exec(formOfApi(api))?.[1];
  return inline === undefined ? [] : inline.split(',');
}

/** An answer without what differs from call to call. */
function shapeOf(answer: string): string {
  return answer
    .trim()
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, '<uuid>')
    .replace(/(Job-UUID: )\S+/, '$1<job>')
    .replace(/^[0-9A-D*#]+$/, '<keys>')
    .replace(/DTMF \S+\.$/, 'DTMF <digits>.')
    .replace(/mute \d+|deaf \d+/g, (text) => text.replace(/\d+/, '<n>'));
}
