#!/usr/bin/env node
import { main } from '../dist/cli/main.js';

// A reader such as `head` may close the pipe early: that is no failure.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(process.exitCode);
});

process.exitCode = await main(process.argv.slice(2));
