import { readFileSync } from 'node:fs';
import { DECLARED_TARGETS } from '../model/declared.js';
import { CHANGE_TARGETS } from '../policy/change-views.js';
import { FieldShape } from '../policy/fields/field-shape.js';
import { Fields } from '../policy/fields/fields.js';
import type { FieldFile } from '../policy/fields/schema.js';
import { DOCKER_CONFIG } from '../policy/shape/logins.js';
import { POD_IMAGE } from '../policy/shape/pods.js';

let known: Fields | undefined;

/** What policies' targets can have; read when it is first asked for. */
export function targetFields(): Fields {
  known ??= new Fields(
    fieldFile('fields/kubernetes.json'),
    fieldFile('fields/terraform.json'),
    new Map([
      ['image', FieldShape.of([POD_IMAGE], {}) ?? FieldShape.ANYTHING],
      ['docker-config', FieldShape.of([DOCKER_CONFIG], {}) ?? FieldShape.ANYTHING],
      ...fieldsIn('declared.schema.json', DECLARED_TARGETS),
      ...fieldsIn('change.schema.json', CHANGE_TARGETS),
    ]),
  );
  return known;
}

/** The definitions of the file are named after the targets. */
function fieldsIn(
  file: string,
  targets: readonly string[],
): readonly (readonly [string, FieldShape])[] {
  const { $defs } = fieldFile(file);
  return targets.map((target) => [
    target,
    FieldShape.of([{ $ref: `#/$defs/${target}` }], $defs) ?? FieldShape.ANYTHING,
  ]);
}

function fieldFile(name: string): FieldFile {
  return JSON.parse(readFileSync(new URL(`../schemas/${name}`, import.meta.url), 'utf8'));
}
