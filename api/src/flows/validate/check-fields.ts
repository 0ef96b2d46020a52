import { isE164 } from '@hookswitch/kernel/phone-number';
import { shown } from '../../scripting/index.js';
import type { FlowNode } from '../document/flow-document.js';
import { errorAt, type FlowFault, type Tell } from '../document/flow-fault.js';
import { promptLists } from '../document/prompts.js';
import { variablesIn, withoutVariables } from '../document/texts.js';
import { checkComparisons } from './check-comparisons.js';
import { hoursFaults } from './check-hours.js';

/** What the schema of a kind cannot say of a node alone. */
export function checkFields(node: FlowNode): readonly FlowFault[] {
  const faults: FlowFault[] = [];
  const tell: Tell = (field, code, message) => faults.push(errorAt(node.id, field, code, message));
  checkPrompts(node, tell);
  checkKind(node, tell);
  return faults;
}

function checkKind(node: FlowNode, tell: Tell): void {
  switch (node.kind) {
    case 'workingHours':
      for (const { pointer, code, message } of hoursFaults(node.hours)) tell(`/hours${pointer}`, code, message);
      return;
    case 'play':
      if ((node.audioId === undefined) === (node.url === undefined))
        tell('/audioId', 'wrong-choice', 'or url must be given, and not both.');
      if (node.url !== undefined) checkUrl('/url', node.url, tell);
      return;
    case 'callApi':
      checkUrl('/url', node.url, tell);
      checkTwice('/inputs', 'name', node.inputs, tell);
      return;
    case 'webhookScript':
      checkUrl('/url', node.url, tell);
      if (node.fallbackUrl !== undefined) checkUrl('/fallbackUrl', node.fallbackUrl, tell);
      return;
    case 'toSkillGroup':
      if (node.specifiedAgentsUrl !== undefined) checkUrl('/specifiedAgentsUrl', node.specifiedAgentsUrl, tell);
      return;
    case 'toAgent':
      if ((node.agentIds === undefined) === (node.agent === undefined))
        tell('/agentIds', 'wrong-choice', 'or agent must be given, and not both.');
      return;
    case 'toExternalLine':
    case 'sendMessage':
      checkNumber('/to', node.to, tell);
      return;
    case 'callback':
      if (node.number !== undefined) checkNumber('/number', node.number, tell);
      return;
    case 'collectDigits':
      if ((node.maxLength === undefined) === (node.fixedLength === undefined))
        tell('/maxLength', 'wrong-length', 'or fixedLength must be given, and not both.');
      return;
    case 'menu':
    case 'survey':
      checkTwice('/keys', 'key', node.keys, tell);
      return;
    case 'condition':
      checkComparisons(node, tell);
      return;
    default:
      return;
  }
}

function checkPrompts(node: FlowNode, tell: Tell): void {
  for (const [list, prompts] of promptLists(node)) {
    for (const [index, prompt] of prompts.entries()) {
      const at = `/${list}/${index}`;
      if (prompt.verb === 'pause') continue;
      if (prompt.loop === 0 && list !== 'waitPrompts')
        tell(`${at}/loop`, 'endless-prompt', 'must be at least 1 here: nothing would come after it.');
      if (prompt.verb === 'say') continue;
      if ((prompt.audioId === undefined) === (prompt.url === undefined))
        tell(`${at}/audioId`, 'wrong-choice', 'or url must be given, and not both.');
      if (prompt.url !== undefined) checkUrl(`${at}/url`, prompt.url, tell);
    }
  }
}

/** What begins with a variable cannot be looked at before the call. */
function checkUrl(field: string, url: string, tell: Tell): void {
  if (url.startsWith('${') && variablesIn(url).length > 0) return;
  const plain = withoutVariables(url, 'x');
  const parsed = URL.canParse(plain) ? new URL(plain) : undefined;
  if (parsed?.protocol === 'http:' || parsed?.protocol === 'https:') return;
  tell(field, 'wrong-url', `must be an absolute http or https URL, not ${shown(url)}.`);
}

function checkNumber(field: string, number: string, tell: Tell): void {
  if (variablesIn(number).length > 0 || isE164(number)) return;
  tell(field, 'wrong-number', `must be a number in E.164 with its plus sign, not ${shown(number)}.`);
}

function checkTwice<Name extends string>(
  list: string,
  name: Name,
  members: readonly { readonly [Each in Name]: string }[] | undefined,
  tell: Tell,
): void {
  const seen = new Set<string>();
  for (const [index, member] of (members ?? []).entries()) {
    if (seen.has(member[name])) tell(`${list}/${index}/${name}`, 'duplicate-key', `is there twice: ${member[name]}.`);
    seen.add(member[name]);
  }
}
