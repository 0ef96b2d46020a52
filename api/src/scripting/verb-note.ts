import { redact } from './redact.js';
import type { ParsedVerb } from './script.js';

/** A verb as the timeline shows it: secrets left out. */
export function shownVerb(verb: ParsedVerb): Record<string, unknown> {
  return JSON.parse(redact(JSON.stringify(verb)));
}

/** One line about a verb: `say "Thank you for calling"`. */
export function verbSummary(verb: ParsedVerb): string {
  switch (verb.verb) {
    case 'say':
      return `say "${verb.text.length > 60 ? `${verb.text.slice(0, 60)}…` : verb.text}"`;
    case 'play':
      return redact(`play ${verb.url ?? verb.audioId}`);
    case 'redirect':
      return redact(`redirect ${verb.url}`);
    case 'pause':
      return `pause ${verb.length} s`;
    case 'refer':
      return `refer to ${verb.referTo ?? verb.callId}`;
    case 'conference':
      return `conference ${verb.name}`;
    case 'dial':
      return `dial ${verb.targets.map(targetName).join(', ')}`;
    default:
      return verb.verb;
  }
}

function targetName(target: ParsedVerb<'dial'>['targets'][number]): string {
  switch (target.type) {
    case 'number':
      return target.number;
    case 'sip':
      return target.uri;
    case 'endpoint':
      return target.endpoint;
  }
}
