/** What a command looks like, whatever channels, files and numbers it names. Two commands of one form differ in nothing that could make FreeSWITCH answer another way. */
export function formOfCommand(lines: readonly string[]): string {
  const [first = '', ...rest] = lines;
  const [verb = '', ...words] = first.split(' ');
  if (verb === 'api' || verb === 'bgapi')
    return `${verb} ${formOfApi(words.join(' '))}${rest.length > 0 ? ` + ${namesOf(rest)}` : ''}`;
  if (verb === 'sendmsg') return `sendmsg <channel> ${formOfMessage(rest)}`;
  if (verb === 'auth') return 'auth <password>';
  return `${verb} ${words.join(' ')}`.trim();
}

/** The form of an API command. */
export function formOfApi(command: string): string {
  const [name = '', ...words] = command.split(' ');
  const args = words.join(' ');
  switch (name) {
    case 'originate':
      return `originate ${formOfOriginate(args)}`;
    case 'uuid_setvar':
      return `uuid_setvar <channel> <name>${words.length > 2 ? ' <value>' : ''}`;
    case 'uuid_getvar':
      return 'uuid_getvar <channel> <name>';
    case 'uuid_setvar_multi':
      return 'uuid_setvar_multi <channel> <assignments>';
    case 'uuid_send_dtmf':
      return `uuid_send_dtmf <channel> ${/@\d+$/.test(args) ? '<digits>@<ms>' : '<digits>'}`;
    case 'uuid_deflect':
      return `uuid_deflect <channel> <uri>${args.includes('?Replaces=') ? '?Replaces' : ''}`;
    case 'echo':
      return 'echo <text>';
    default:
      return [name, ...words.map(formOfWord)].join(' ').trim();
  }
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function formOfWord(word: string): string {
  if (uuid.test(word)) return '<channel>';
  if (/^\/\S+\.wav$/.test(word)) return '<file>';
  if (/^\d+$/.test(word)) return '<n>';
  const inline = /^'(.*)'$/.exec(word);
  if (inline) return `'${inline[1]!.split(',').map(formOfInline).join(',')}'`;
  return /^hw-[\w-]+$/.test(word) ? '<n>' : word;
}

/** An application of an inline dialplan. */
function formOfInline(application: string): string {
  return application
    .replace(/^conference:[\w-]+@/, 'conference:<n>@')
    .replace(/^eavesdrop:.*$/, 'eavesdrop:<channel>')
    .replace(/^set:(\w+)=.*$/, 'set:$1=<value>');
}

/** Variables by name, in any order, and the shape of what is dialled. */
function formOfOriginate(args: string): string {
  const match = /^(?:\{([^}]*)\})?(\S+) (&\w+)\(.*\)$/.exec(args);
  if (!match) return args;
  const [, variables = '', dialled = '', application = ''] = match;
  const shape = dialled.replace(/^sofia\/([\w]+)\/[^@;|,[\]]+@[\d.]+(:\d+)?$/, 'sofia/$1/<user>@<host>');
  return `{${namesOfAssignments(variables).join(',')}}${shape} ${application}`;
}

/** Names in `a=1,b='x,y'`, sorted. */
export function namesOfAssignments(text: string): string[] {
  return [...text.matchAll(/(?:^|,)([\w-]+)=(?:'[^']*'|[^,]*)/g)].map(([, name]) => name!).sort();
}

function formOfMessage(lines: readonly string[]): string {
  const header = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  const names = lines.map((line) => line.split(':')[0]).sort();
  return `${header('call-command')} ${header('execute-app-name') ?? ''} + ${names.join(',')}`;
}

function namesOf(lines: readonly string[]): string {
  return lines.map((line) => line.split(':')[0]).join(',');
}
