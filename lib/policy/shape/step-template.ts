import { isRecord } from '../../base/guards.js';
import { keysOf, listOf, type Part, partOf, stepOf } from './part.js';
import { isThere } from './placed.js';

/** Is told what is the template's: where it is in the step, and where in the template. */
type Tell = (inStep: string, inTemplate: string) => void;

/** Where two parts are, that are put together. */
interface Places {
  readonly step: string;
  readonly template: string;
}

/**
 * A step as Tekton runs it: what it says itself, and for the rest what its task's `stepTemplate` says.
 *
 * @see https://tekton.dev/docs/pipelines/tasks/#specifying-a-step-template
 */
export function withTemplate(
  step: Part,
  template: Part,
  tell: Tell,
  at: Places = { step: '', template: '' },
): Part {
  if (!isThere(template)) return step;
  if (!isThere(step)) {
    tell(at.step, at.template);
    return template;
  }
  if (step.unknown === true || template.unknown === true) return { ...step, unknown: true };
  if (areLists(step, template)) return merged(step, template, tell, at);
  if (![step, template].every(isBlock)) return step;
  const keys = new Set([...keysOf(template), ...keysOf(step)]);
  const parts = [...keys].map((key) => {
    const [own, other] = [partOf(step, key), partOf(template, key)];
    const inner = { step: `${at.step}${stepOf(key)}`, template: `${at.template}${stepOf(key)}` };
    return [key, withTemplate(own, other, tell, inner)] as const;
  });
  const open = parts.filter(([, { unknown }]) => unknown !== undefined);
  const marks = Object.fromEntries(open.map(([key, { unknown }]) => [key, unknown]));
  return {
    value: Object.fromEntries(parts.map(([key, { value }]) => [key, value])),
    unknown: open.length === 0 ? undefined : marks,
  };
}

function isBlock({ value, unknown }: Part): boolean {
  return isRecord(value) || isRecord(unknown);
}

/** Variables and mounts are added to each other; other lists replace one another. */
function areLists(step: Part, template: Part): boolean {
  return [step, template].every(({ value }) => Array.isArray(value) && value.every(isRecord));
}

function merged(step: Part, template: Part, tell: Tell, at: Places): Part {
  const own = elements(step);
  const names = new Set(own.flatMap(({ value }) => nameOf(value) ?? []));
  const others = elements(template).flatMap((each, index) => {
    if (names.has(nameOf(each.value) ?? '')) return [];
    return [{ each, from: `${at.template}/${index}` }];
  });
  for (const [index, { from }] of others.entries()) tell(`${at.step}/${own.length + index}`, from);
  return listOf([...own, ...others.map(({ each }) => each)]);
}

function elements(list: Part): readonly Part[] {
  return Array.isArray(list.value) ? list.value.map((_, index) => partOf(list, index)) : [];
}

function nameOf(value: unknown): string | undefined {
  const { name, mountPath } = Object(value);
  const found: unknown = mountPath ?? name;
  return typeof found === 'string' ? found : undefined;
}
