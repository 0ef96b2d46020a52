import { setImmediate } from 'node:timers/promises';
import { type FlowFault, maxFaults } from '../document/flow-fault.js';
import { type ParsedDocument, parseDocument } from '../document/parse-flow.js';
import { type FlowReference, referencesOf } from '../document/references.js';
import { checkEdition } from './check-edition.js';
import { checkFields } from './check-fields.js';
import { checkGraph } from './check-graph.js';
import { checkReferences } from './check-references.js';
import { checkSilentLoops } from './check-silent-loops.js';
import { checkVariables } from './check-variables.js';
import { type FlowGraph, flowGraph } from './flow-graph.js';
import type { FlowReferences } from './flow-references.js';

/** Whose flow is checked. */
export interface CheckedFlow {
  readonly accountId: string;
  readonly flowId: string;
  readonly edition: 'standard' | 'premium';
}

/** What a check found, and what the flow names, for whoever keeps it. */
export interface FlowCheck {
  /** Errors before warnings, each in the order of the checks; at most 200. */
  readonly faults: readonly FlowFault[];
  readonly references: readonly FlowReference[];
}

/** Whether it may be published: warnings do not matter. */
export function isPublishable({ faults }: Pick<FlowCheck, 'faults'>): boolean {
  return !faults.some(({ severity }) => severity === 'error');
}

/** Whether it might be published, were the account of the premium edition. */
export function needsPremium({ faults }: Pick<FlowCheck, 'faults'>): boolean {
  const errors = faults.filter(({ severity }) => severity === 'error');
  return errors.length > 0 && errors.every(({ code }) => code === 'edition-required');
}

/** Finds everything wrong in a document (which gets its defaults filled in). Others get their turn in between. */
export async function validateFlow(document: unknown, flow: CheckedFlow, port: FlowReferences): Promise<FlowCheck> {
  const parsed = await parseDocument(document);
  const faults = [...parsed.faults];
  for (const check of documentChecks(parsed, flow.edition)) {
    faults.push(...check());
    await setImmediate();
  }
  const references = referencesOf(fitting(parsed));
  faults.push(...(await checkReferences(port, flow, references)));
  const severe = faults.filter(({ severity }) => severity === 'error');
  const warnings = faults.filter(({ severity }) => severity === 'warning');
  return { faults: [...severe, ...warnings].slice(0, maxFaults), references };
}

/** The checks that need nothing but the document, one after another. */
function documentChecks(
  parsed: ParsedDocument,
  edition: CheckedFlow['edition'],
): readonly (() => readonly FlowFault[])[] {
  // Without nodes there is nothing more to say.
  if (parsed.nodes.length === 0) return [];
  const nodes = fitting(parsed);
  let graph: FlowGraph | undefined;
  const graphOf = () => (graph ??= flowGraph(parsed));
  return [
    () => checkGraph(graphOf()),
    () => checkSilentLoops(graphOf()),
    () => nodes.flatMap(checkFields),
    () => checkVariables(nodes),
    () => checkEdition(nodes, edition),
  ];
}

function fitting({ nodes }: ParsedDocument) {
  return nodes.flatMap(({ node }) => node ?? []);
}
