/** Deeper than anything that is written here. */
const DEEPEST = 64;

/**
 * Parses JSON that is to be believed: what names a key twice says one thing to its reader and another
 * to a program, and what is nested without end can't be hashed. Throws why it isn't JSON like that.
 */
export function parseStrict(text: string): unknown {
  const json = parsed(text);
  // The keys of each object that is open; undefined for a list.
  const open: (Set<string> | undefined)[] = [];
  let string = '""';
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at]) {
      case '{':
      case '[':
        open.push(text[at] === '{' ? new Set() : undefined);
        if (open.length > DEEPEST) throw new Error('it is nested too deeply');
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case '"': {
        const from = at;
        at = endOfString(text, from);
        string = text.slice(from, at + 1);
        break;
      }
      case ':':
        addKey(open.at(-1), string);
    }
  }
  return json;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('it is not JSON');
  }
}

/** Where the quotation mark is that ends it: one after an even number of backslashes. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; ; at += 1) {
    const character = text[at];
    if (character === '"' || character === undefined) return at;
    if (character === '\\') at += 1;
  }
}

/** Two spellings of a key are one key. */
function addKey(keys: Set<string> | undefined, string: string): void {
  const key = String(JSON.parse(string));
  if (keys?.has(key) === true) throw new Error('it has a key twice');
  keys?.add(key);
}
