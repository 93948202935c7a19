import { lineage } from '../model/deletion-target.js';

/** The project of a target. */
export function projectOf(target: string): string {
  return lineage(target).at(-1) ?? target;
}
