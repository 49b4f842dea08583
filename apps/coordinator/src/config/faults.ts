// Turns what a schema found wrong into plain sentences, one for each fault.
import type { z } from 'zod';
import { nearestWord } from '../cli/index.ts';

type Issue = z.core.$ZodIssue;

const TYPE_NAMES: ReadonlyMap<string, string> = new Map([
  ['int', 'a whole number'],
  ['array', 'a list'],
  ['object', 'an object'],
  ['string', 'a text'],
  ['boolean', 'true or false'],
]);

/** One sentence a fault, for example: run.batch must be at least 2, not 1. */
export function faultsOf(error: z.ZodError, input: unknown, known: readonly string[]): string[] {
  return error.issues.flatMap((issue) => sentencesOf(issue, input, known));
}

function sentencesOf(issue: Issue, input: unknown, known: readonly string[]): string[] {
  const name = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => {
      const full = name ? `${name}.${key}` : key;
      const nearest = nearestWord(full, known);
      return `${full} is no setting${nearest ? `; did you mean ${nearest}?` : ''}`;
    });
  const value = issue.path.reduce<unknown>(child, input);
  if (value === undefined) return [`${name} is missing: it must be ${wanted(issue)}`];
  return [`${name} must be ${wanted(issue)}, not ${shown(value)}`];
}

/** What was wanted, such that "must be" may stand before it. */
function wanted(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPE_NAMES.get(issue.expected) ?? `a ${issue.expected}`;
    case 'too_small':
      return bound(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum);
    case 'too_big':
      return bound(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum);
    case 'invalid_value':
      return alternatives(issue.values.map((value) => JSON.stringify(value)));
    case 'invalid_union':
      // Where the tag of a discriminated union is unknown there are no errors, but a list of the known tags.
      if (issue.errors.length === 0 && 'options' in issue)
        return alternatives((issue.options ?? []).map((tag) => JSON.stringify(tag)));
      return alternatives(issue.errors.flatMap(([first]) => (first ? [wanted(first)] : [])));
    case 'custom':
    case 'invalid_format':
    case 'invalid_key':
    case 'invalid_element':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      return issue.message.replace(/^must be /, '');
  }
}

function bound(origin: string, comparison: string, limit: number | bigint): string {
  if (origin === 'string') return `${comparison} ${limit} characters long`;
  if (origin === 'array') return `a list of ${comparison} ${limit}`;
  return `${comparison} ${limit}`;
}

function alternatives(phrases: readonly string[]): string {
  return phrases.length < 2
    ? phrases.join('')
    : `${phrases.slice(0, -1).join(', ')} or ${phrases.at(-1) ?? ''}`;
}

function child(parent: unknown, key: PropertyKey): unknown {
  return typeof parent === 'object' && parent !== null ? Reflect.get(parent, key) : undefined;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
