import type { Engine } from './find.js';
import { EngineError, type EngineOptions, mustRun } from './run.js';

/** No honest state is nested this deeply. */
const MAX_DEPTH = 200;

/**
 * Reads a stack's state through the engine, so that any backend works. `cwd` is the stack's
 * folder below cdktf.out; it is initialised first, without a question.
 *
 * @returns what `show -json` prints, not yet looked at
 */
export async function readState(engine: Engine, options: EngineOptions): Promise<unknown> {
  await mustRun(engine, ['init', '-input=false', '-no-color'], options);
  const text = await mustRun(engine, ['show', '-json', '-no-color'], options);
  try {
    const json: unknown = JSON.parse(text);
    if (depth(json, 0) > MAX_DEPTH) throw new RangeError(`deeper than ${MAX_DEPTH} levels`);
    return json;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new EngineError(`${engine.name}'s state can't be read: ${why}.`);
  }
}

/** Forgets resources without destroying them. Only fit for a sandbox. */
export async function forgetResources(
  engine: Engine,
  addresses: readonly string[],
  options: EngineOptions,
): Promise<void> {
  if (addresses.length === 0) return;
  await mustRun(engine, ['state', 'rm', '-no-color', ...addresses], options);
}

/** How deeply a value is nested; stops looking beyond the limit. */
function depth(value: unknown, level: number): number {
  if (typeof value !== 'object' || value === null || level > MAX_DEPTH) return level;
  return Object.values(value).reduce(
    (most: number, entry) => Math.max(most, depth(entry, level + 1)),
    level,
  );
}
