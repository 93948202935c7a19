import { readFileSync } from 'node:fs';
import { DECLARED_TARGETS } from '../model/declared.js';
import { FieldShape } from '../policy/fields/field-shape.js';
import { Fields } from '../policy/fields/fields.js';
import type { FieldFile } from '../policy/fields/schema.js';
import { DOCKER_CONFIG } from '../policy/shape/logins.js';

let known: Fields | undefined;

/** What policies' targets can have; read when it is first asked for. */
export function targetFields(): Fields {
  known ??= new Fields(
    fieldFile('fields/kubernetes.json'),
    fieldFile('fields/terraform.json'),
    new Map([
      ['docker-config', FieldShape.of([DOCKER_CONFIG], {}) ?? FieldShape.ANYTHING],
      ...declaredFields(),
    ]),
  );
  return known;
}

/** Its definitions are named after the targets. */
function declaredFields(): readonly (readonly [string, FieldShape])[] {
  const { $defs } = fieldFile('declared.schema.json');
  return DECLARED_TARGETS.map((target) => [
    target,
    FieldShape.of([{ $ref: `#/$defs/${target}` }], $defs) ?? FieldShape.ANYTHING,
  ]);
}

function fieldFile(name: string): FieldFile {
  return JSON.parse(readFileSync(new URL(`../schemas/${name}`, import.meta.url), 'utf8'));
}
