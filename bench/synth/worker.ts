// One side's synthesis, in a process of its own: prints what it took as JSON.
// Run: node --import tsx bench/synth/worker.ts SIDE PROJECTS PER_STACK FOLDER
import { SIDES } from './sides.js';

const [side = '', projects, perStack, outdir = ''] = process.argv.slice(2);
const prepare = SIDES[side];
if (prepare === undefined) throw new Error(`No such side: ${side}`);
const run = await prepare({ projects: Number(projects), perStack: Number(perStack), outdir });
const before = process.cpuUsage();
run();
const { user, system } = process.cpuUsage(before);
// Of all its threads; time on the wall would be that of other programs, too.
const milliseconds = (user + system) / 1000;
const mebibytes = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ milliseconds, mebibytes }));
