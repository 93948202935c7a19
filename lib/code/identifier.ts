/** Words that can't name a variable, or that the surrounding code uses. */
const TAKEN: ReadonlySet<string> = new Set([
  ...['app', 'arguments', 'await', 'break', 'case', 'catch', 'class', 'const', 'continue'],
  ...['debugger', 'default', 'delete', 'do', 'else', 'enum', 'eval', 'export', 'extends', 'false'],
  ...['finally', 'for', 'function', 'if', 'implements', 'import', 'in', 'instanceof', 'interface'],
  ...['let', 'new', 'null', 'package', 'private', 'protected', 'public', 'return', 'stack'],
  ...['static', 'super', 'switch', 'this', 'throw', 'true', 'try', 'typeof', 'undefined', 'var'],
  ...['void', 'while', 'with', 'yield'],
]);

/** The variable for a project or item: its name in camel case, as far as that is one. */
export function identifier(name: string, prefix = 'project'): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const joined = words.map(capitalised).join('');
  const text = joined.charAt(0).toLowerCase() + joined.slice(1);
  if (text === '') return prefix;
  return /^\d/.test(text) || TAKEN.has(text) ? `${prefix}${capitalised(text)}` : text;
}

/** A variable that none of the others is. */
export function freeIdentifier(name: string, taken: ReadonlySet<string>): string {
  const wanted = identifier(name, 'item');
  if (!taken.has(wanted)) return wanted;
  let count = 2;
  while (taken.has(`${wanted}${count}`)) count += 1;
  return `${wanted}${count}`;
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
