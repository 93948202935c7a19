// Asks a real API server and the real provider what policies' targets can have, and writes it to
// lib/schemas/fields. Needs the control plane's programs and the provider, as the tests do.
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { FieldFile } from '../../lib/policy/fields/schema.js';
import { ControlPlane } from '../../test/support/control-plane.js';
import { kubernetesFields } from './kubernetes.js';
import { terraformFields } from './terraform.js';
import { textOf } from './text.js';

const FOLDER = resolve(import.meta.dirname, '../../lib/schemas/fields');

function write(name: string, fields: FieldFile): void {
  writeFileSync(join(FOLDER, `${name}.json`), textOf(fields));
}

write('terraform', terraformFields());
const plane = await ControlPlane.start();
try {
  write('kubernetes', await kubernetesFields(plane));
} finally {
  plane.stop();
}
