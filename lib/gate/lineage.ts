/** A target and its project, the nearest first. */
export function lineage(target: string): readonly string[] {
  const slash = target.indexOf('/');
  return slash === -1 ? [target] : [target, target.slice(0, slash)];
}

/** The project of a target. */
export function projectOf(target: string): string {
  return lineage(target).at(-1) ?? target;
}

/** Whether what happens to one target happens to the other: it is the same, or its project. */
export function covers(target: string, other: string): boolean {
  return lineage(other).includes(target);
}
