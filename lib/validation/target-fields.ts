import { readFileSync } from 'node:fs';
import { Fields } from '../policy/fields/fields.js';
import type { FieldFile } from '../policy/fields/schema.js';
import { DOCKER_CONFIG } from '../policy/shape/logins.js';

let known: Fields | undefined;

/** What policies' targets can have; read when it is first asked for. */
export function targetFields(): Fields {
  known ??= new Fields(
    fieldFile('kubernetes'),
    fieldFile('terraform'),
    new Map([['docker-config', DOCKER_CONFIG]]),
  );
  return known;
}

function fieldFile(name: string): FieldFile {
  return JSON.parse(
    readFileSync(new URL(`../schemas/fields/${name}.json`, import.meta.url), 'utf8'),
  );
}
