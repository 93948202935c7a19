import { isRecord } from '../../base/guards.js';

/**
 * Functions that read files of the machine that plans, or make what is sensitive plain. A call can
 * have blanks or a comment before its parenthesis.
 */
const FUNCTION = /\b(file\w*|templatefile|templatestring|nonsensitive)\s*(?:\(|\/\*|\/\/|#)/;
/** A function of a provider, such as `provider::local::direxists`. */
const PROVIDER_FUNCTION = /\bprovider\s*(?:::|\/\*|\/\/|#)/;
/** How a text says `${` and `%{` without meaning a template. */
const ESCAPED = /(?<!\$)\$\$\{|(?<!%)%%\{/g;

/**
 * The function in a text that a plan must not call, if there is one. It errs on the side of
 * refusing: of a text that has a template somewhere, all is looked at, whether it is code or not.
 *
 * @param isCode whether the text is read as an expression even without a template in it
 */
export function forbiddenFunction(text: string, isCode: boolean): string | undefined {
  if (!isCode && !isTemplate(text)) return undefined;
  if (PROVIDER_FUNCTION.test(text)) return 'provider::';
  return FUNCTION.exec(text)?.[1];
}

/** Shows every text in a value; keys are templates, too. */
export function eachText(value: unknown, visit: (text: string) => void): void {
  if (typeof value === 'string') visit(value);
  else if (Array.isArray(value)) for (const entry of value) eachText(entry, visit);
  else if (isRecord(value)) {
    for (const [key, entry] of Object.entries(value)) {
      visit(key);
      eachText(entry, visit);
    }
  }
}

/** Whether a text has code in it. */
export function isTemplate(text: string): boolean {
  const rest = text.replaceAll(ESCAPED, '');
  return rest.includes('${') || rest.includes('%{');
}
