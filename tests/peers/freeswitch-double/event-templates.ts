import { plainEvent } from '@hookswitch/media/drivers/freeswitch/esl/esl-event';
import { framesOf, transcripts } from './transcript.js';

type Fields = readonly (readonly [name: string, value: string])[];

interface Template {
  readonly transcript: string;
  readonly fields: Fields;
  readonly get: (name: string) => string | undefined;
}

/** Events as FreeSWITCH sent them, to be sent again about other channels. */
export class EventTemplates {
  readonly #byName = new Map<string, Template[]>();

  constructor() {
    for (const transcript of transcripts()) {
      for (const frame of framesOf(transcript)) {
        if (frame.type !== 'text/event-plain') continue;
        const fields = fieldsOf(frame.body.toString('utf8'));
        const { name, get } = plainEvent(frame.body);
        const all = this.#byName.get(name) ?? [];
        all.push({ transcript: transcript.name, fields, get });
        this.#byName.set(name, all);
      }
    }
  }

  /**
   * An event of that name in whose recording these fields have these values (undefined: are missing), with `changes` made to it. Throws where no transcript has one: then
   * nobody knows what FreeSWITCH would send.
   */
  event(
    name: string,
    like: Readonly<Record<string, string | undefined>>,
    changes: Readonly<Record<string, string>>,
  ): Map<string, string> {
    const template = this.#byName
      .get(name)
      ?.find(({ get }) => Object.entries(like).every(([field, value]) => get(field) === value));
    if (!template) throw new Error(`No transcript shows ${name} with ${JSON.stringify(like)}`);
    const recorded = template.get('Unique-ID');
    const fields = new Map<string, string>();
    for (const [field, value] of template.fields) {
      const own =
        recorded !== undefined && changes['Unique-ID'] !== undefined
          ? value.replaceAll(recorded, changes['Unique-ID'])
          : value;
      fields.set(field, own);
    }
    for (const [field, value] of Object.entries(changes)) fields.set(field, value);
    return fields;
  }
}

/** Names as they came, values without their encoding. */
function fieldsOf(body: string): Fields {
  const head = body.slice(0, Math.max(0, body.indexOf('\n\n')));
  return head.split('\n').map((line) => {
    const colon = line.indexOf(': ');
    return [line.slice(0, colon), decodeURIComponent(line.slice(colon + 2))] as const;
  });
}

/** The bytes of a message of type text/event-plain. */
export function plainEventBytes(fields: ReadonlyMap<string, string>, body = ''): Buffer {
  const lines = [...fields]
    .filter(([name]) => name !== 'Content-Length')
    .map(([name, value]) => `${name}: ${encodeURIComponent(value)}`);
  if (body !== '') lines.push(`Content-Length: ${Buffer.byteLength(body)}`);
  const event = Buffer.from(`${lines.join('\n')}\n\n${body}`);
  return Buffer.concat([Buffer.from(`Content-Length: ${event.length}\nContent-Type: text/event-plain\n\n`), event]);
}
