/** A word that a shell takes as it is: a project's name may have spaces. */
export function shellWord(text: string): string {
  return /^[\p{L}\p{N}\p{M}_./@:=+-]+$/u.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
