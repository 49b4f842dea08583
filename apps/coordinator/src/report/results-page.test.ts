import { readFile } from 'node:fs/promises';
import { resultsSchema } from '@tessera/core/report';
import { expect, test } from 'vitest';
import { z } from 'zod';

/** The parts of a JSON schema that hold fields. */
interface SchemaNode {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
}

/** Every field of a JSON schema, as docs/results.md writes its path. */
function fieldPaths({ type, properties, items, anyOf }: SchemaNode, path = ''): string[] {
  if (properties)
    return Object.entries(properties).flatMap(([key, inner]) =>
      fieldPaths(inner, path === '' ? key : `${path}.${key}`),
    );
  if (items) return fieldPaths(items, `${path}[]`);
  if (anyOf) return [...new Set(anyOf.flatMap((inner) => fieldPaths(inner, path)))];
  return type === 'null' ? [] : [path];
}

test('REP-5: docs/results.md has a line for every field and for no other', async () => {
  const page = await readFile(new URL('../../../../docs/results.md', import.meta.url), 'utf8');
  const documented = [...page.matchAll(/^\| `([^`]+)`/gm)].map(([, path]) => path);
  const fields = fieldPaths(z.toJSONSchema(resultsSchema) as SchemaNode);
  expect(fields.length).toBeGreaterThan(60);
  expect(documented.sort()).toEqual(fields.sort());
});
