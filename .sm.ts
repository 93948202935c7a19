import { Projects } from '/work/wt-cluster/test/e2e/transitions/run.ts';
const p = await Projects.start(Number(process.argv[2]), process.argv[4]);
try { const o = await p.draw(Number(process.argv[3])); console.log(o.allowed, o.refused, o.others, Object.fromEntries(o.rows)); console.log(o.differences.slice(0,12).join('\n').slice(0,9000)); console.log(o.differences.length,'differences'); } finally { p.stop(); }
