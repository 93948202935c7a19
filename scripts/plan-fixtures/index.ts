// Makes test/fixtures/plans anew, with the Terraform (and OpenTofu, where there is one) on PATH.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { controlPlaneMissing, providerMissing, tofu } from '../../test/support/engines.js';
import { findVersion } from '../engines/cache.mjs';
import { kubernetesPlans } from './kubernetes.js';
import { madePlans } from './made.js';
import { newerPlans } from './newer.js';
import { ourPlans } from './ours.js';
import { plainPlans } from './plain.js';
import { entries, FOLDER } from './story.js';
import { tofuPlans } from './tofu.js';

plainPlans();
await ourPlans();
const program = tofu();
if (program !== undefined) tofuPlans(program);
else process.stderr.write('No OpenTofu (npm run engines): its plans stay as they are.\n');
const newer = findVersion('terraform', 'terraform-1.14.3');
if (newer !== undefined) newerPlans(newer);
else process.stderr.write('No Terraform 1.14.3 (npm run engines): its plans stay as they are.\n');
if ((controlPlaneMissing() ?? providerMissing()) === undefined) await kubernetesPlans(newer);
else process.stderr.write('No control plane (npm run engines): its plans stay as they are.\n');
madePlans();
const rows = [...entries]
  .sort((a, b) => (a.name < b.name ? -1 : 1))
  .map(({ name, engine, shows }) => `| ${name} | ${engine} | ${shows} |`);
writeFileSync(
  join(FOLDER, 'README.md'),
  [
    '# Plans',
    '',
    'Made by `npm run fixtures:plans`; what says "edited" no engine at hand can write.',
    '',
    '| plan | engine | what it shows |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n'),
);
