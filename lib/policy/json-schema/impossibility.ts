import { quote, quoteName } from '../../base/inert.js';
import { didYouMean, perhaps } from '../../base/nearest.js';
import type { FieldShape } from '../fields/field-shape.js';

/** Something that a policy asks for, and that can't be. */
export interface Impossibility {
  /** Stable: `policy-path-impossible`, `policy-type-impossible`, … */
  readonly code: string;
  /** What the policy does, to go on after its name: "looks for …". */
  readonly message: string;
  readonly remedy: string;
  /** Where it stands in the policy's file. */
  readonly steps: readonly string[];
}

/** Where an impossibility was found: in the policy's file, and in the object. */
export interface Found {
  readonly steps: readonly string[];
  readonly place: string;
  readonly shape: FieldShape;
}

/** As many names or values are told, where none is near. */
const MOST = 20;

/** A name that the object at hand can't have. */
export function noName(name: string, { steps, place, shape }: Found): Impossibility {
  const names = shape.names ?? [];
  return {
    code: 'policy-path-impossible',
    message: `looks for ${quoteName(name)} ${placed(place)}, and there can't be such a name.`,
    remedy: remedyOf(name, names, 'It can have'),
    steps,
  };
}

/** A pointer that leads nowhere. */
export function noPointer(pointer: string, { steps, place }: Found): Impossibility {
  return {
    code: 'policy-path-impossible',
    message: `points to ${quoteName(pointer)} ${placed(place)}, and there can't be anything.`,
    remedy: 'Correct the pointer.',
    steps,
  };
}

/** A type that a value never has. */
export function noType(wanted: readonly string[], { steps, place, shape }: Found): Impossibility {
  return {
    code: 'policy-type-impossible',
    message: `wants ${wanted.join(' or ')} ${placed(place)}, where there can only be ${typesIn(shape)}.`,
    remedy: `Take ${typesIn(shape)}, or correct the path.`,
    steps,
  };
}

/** A keyword about another type than the value can have. */
export function idle(
  keyword: string,
  types: readonly string[],
  { steps, place, shape }: Found,
): Impossibility {
  return {
    code: 'policy-type-impossible',
    message: `uses ${quoteName(keyword)}, which is about ${types.join(' or ')}, ${placed(place)}, where there can only be ${typesIn(shape)}.`,
    remedy: 'Remove it, or correct the path.',
    steps,
  };
}

/** A value that never occurs. */
export function noValue(value: unknown, { steps, place, shape }: Found): Impossibility {
  const texts = shape.texts?.map(String);
  const isText = typeof value === 'string' && texts !== undefined;
  return {
    code: 'policy-value-impossible',
    message: `compares with ${quote(value)} ${placed(place)}, and there can't be such a value.`,
    remedy: isText
      ? remedyOf(value, texts, 'There can be')
      : `There can be ${typesIn(shape)}: correct the value, or the path.`,
    steps,
  };
}

/** A type that the provider doesn't have. */
export function noTarget(target: string, types: readonly string[]): Impossibility {
  return {
    code: 'policy-target-impossible',
    message: `has the target ${quoteName(target)}, and the provider has no such type.`,
    remedy: remedyOf(target, types, 'It has'),
    steps: ['target'],
  };
}

/** A target that is hardly a type of Terraform's, and nearly another. */
export function otherTarget(target: string, meant: string): Impossibility {
  return {
    code: 'policy-target-impossible',
    message: `has the target ${quoteName(target)}, and there is no such target.`,
    remedy: perhaps(meant).trim(),
    steps: ['target'],
  };
}

function remedyOf(name: string, candidates: readonly string[], can: string): string {
  const near = didYouMean(name, candidates).trim();
  if (near !== '') return near;
  const shown = candidates.slice(0, MOST).map(quoteName).join(', ');
  const more = candidates.length > MOST ? ` and ${candidates.length - MOST} more` : '';
  return shown === '' ? 'Remove it.' : `${can} ${shown}${more}.`;
}

function placed(place: string): string {
  return place === '' ? 'in the object' : `at ${quoteName(place)}`;
}

function typesIn({ types = [] }: FieldShape): string {
  return types.join(' or ') || 'nothing';
}
