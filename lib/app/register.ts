// Preload with `node --import`: what goes wrong before or outside of `synthesize()`, such as a
// syntax error in main.ts, is told as plainly as everything else.
import { EXIT } from '../base/exit.js';
import { printProblems, problemsOf } from './failure.js';

process.on('uncaughtException', (error) => {
  process.exit(printProblems(problemsOf(error), EXIT.usage));
});
