import { escapeInvisible, quoteName } from '../../base/inert.js';
import { compareTexts } from '../../base/order.js';
import { plural } from '../../base/plural.js';
import { parseTarget } from '../../model/deletion-target.js';
import { parseImageReference, withoutCredential } from '../../model/image-reference.js';
import { type Deleting, deleteCommand } from '../../registry/delete-command.js';
import type { SeenImage } from '../../registry/image.js';
import { nameIn, type Selection } from '../subject/subject.js';
import { EXIT, type ExitCode, type Io, misuse, say } from '../terminal/io.js';
import { type DisplayOptions, fields, printData, talk } from '../terminal/output.js';
import { locateTarget } from '../workspace/locate.js';
import { pickStack, Workspace } from '../workspace/workspace.js';
import { privateRegistriesIn, type RegistryFlags, seeImages } from './registries.js';
import { isNear, type Relation, relationOf } from './relation.js';
import { type ImageUse, imageUses, isInside } from './uses.js';

/** What `image list` takes. */
export interface ImageListOptions extends DisplayOptions, RegistryFlags, Selection {}

/** An image of a target, as it is printed. */
interface Listed {
  readonly image: string;
  readonly seen: SeenImage;
  readonly usedBy: readonly ImageUse[];
  readonly neededBy: readonly ImageUse[];
  /** What refers to the same repository, and may mean this image. */
  readonly unclear: readonly ImageUse[];
  readonly deleting: Deleting;
}

const NOT_ASKED: SeenImage = { kind: 'not seen', why: 'No registry was asked.' };

/** `image list TARGET`: which images a target refers to, and how each is deleted. It deletes none. */
export async function listImages(
  io: Io,
  argument: string | undefined,
  options: ImageListOptions,
): Promise<ExitCode> {
  const workspace = Workspace.find(io);
  const target = nameIn(argument, options) ?? '';
  const { problems } = parseTarget(target);
  if (problems.length > 0) misuse(...problems);
  privateRegistriesIn(options);
  talk(io, options, 'Getting images...');
  const { uses, unread, stacks } = await imageUses(io, workspace);
  const stack = options.stack;
  if (stack !== undefined) pickStack(stacks, stack);
  const inside = uses.filter((each) => isInside(each, stack, target));
  // A target that nothing knows is a mistake, and not one without images.
  if (inside.length === 0) locateTarget(workspace, target, stack);
  requireOneStack(target, inside);
  const images = [...new Set(inside.map(({ image }) => image))].sort(compareTexts);
  const others = uses.filter(
    (each) => !isInside(each, stack, target) && each.status !== 'hard deleted',
  );
  const near = others.filter(({ image }) => images.some((each) => isNear(image, each)));
  const asked = options.registries === false ? [] : [...images, ...near.map(({ image }) => image)];
  const seen = await seeImages(io, asked, options);
  const listed = images.map((image) => listedImage(image, seen, inside, near));
  for (const each of unread) say(io, `error: The state could not be read. ${each}`);
  if (unread.length > 0) {
    say(io, 'warning: What else needs these images is not known in full. Delete none of them now.');
  } else talk(io, options, 'OK', '');
  printData(io, options, listed.map(dataOf), () => textOf(listed));
  // As with a state or a cluster: what was asked and did not answer is not known.
  const isUnseen = options.registries !== false && listed.some(isNotSeen);
  if (isUnseen) {
    say(io, 'warning: Not every registry could be asked: see Registry, and try again.');
  }
  return unread.length > 0 || isUnseen ? EXIT.engine : EXIT.ok;
}

function isNotSeen({ seen }: Listed): boolean {
  return seen.kind === 'not seen';
}

function listedImage(
  image: string,
  seen: ReadonlyMap<string, SeenImage>,
  inside: readonly ImageUse[],
  near: readonly ImageUse[],
): Listed {
  const is = seen.get(image) ?? NOT_ASKED;
  const related = (which: Relation) =>
    near.filter((other) => relationOf(image, other.image, seen) === which);
  const { value } = parseImageReference(image);
  const digest = is.kind === 'there' ? is.digest : undefined;
  const unreadable = { command: null, note: 'It is no reference that can be read.' };
  return {
    image: withoutCredential(image),
    seen: is,
    usedBy: inside.filter((each) => each.image === image),
    neededBy: related('same'),
    unclear: related('unclear'),
    deleting: value === undefined ? unreadable : deleteCommand(value, digest),
  };
}

/** A target of the same name in another stack is another one, and may need what this one doesn't. */
function requireOneStack(target: string, uses: readonly ImageUse[]): void {
  const stacks = [...new Set(uses.map(({ stack }) => stack))].sort(compareTexts);
  if (stacks.length < 2) return;
  misuse({
    code: 'cli/ambiguous',
    message: `Several stacks have ${quoteName(target)}: ${stacks.map(quoteName).join(', ')}.`,
    remedy: 'Say --stack.',
  });
}

function dataOf({ image, seen, usedBy, neededBy, unclear, deleting }: Listed) {
  const isThere = seen.kind === 'there';
  return {
    image,
    found: seen.kind,
    digest: isThere ? seen.digest : null,
    bytes: isThere ? seen.bytes : null,
    platforms: isThere ? seen.platforms : null,
    why: seen.kind === 'not seen' ? seen.why : '',
    usedBy: usedBy.map(useData),
    neededBy: neededBy.map(useData),
    unclear: unclear.map(useData),
    delete: deleting,
  };
}

function useData({ stack, target, address, status }: ImageUse) {
  return { stack, target: target ?? null, address: address ?? null, status };
}

function textOf(listed: readonly Listed[]): string {
  if (listed.length === 0) return 'It refers to no image.';
  return listed
    .map(({ image, seen, usedBy, neededBy, unclear, deleting: { command, note } }) =>
      fields([
        ['Image', escapeInvisible(image)],
        ['Registry', registrySays(seen)],
        ...(seen.kind === 'there'
          ? ([
              ['Digest', seen.digest],
              ['Size', sizeInWords(seen)],
            ] as const)
          : []),
        ['Used by', usersOf(usedBy)],
        ['Still needed by', neededSays(neededBy, unclear)],
        ...(unclear.length === 0 ? [] : ([['Perhaps needed by', usersOf(unclear)]] as const)),
        ['Delete it', command ?? '-'],
        ['', note],
      ]).replace(/^:/m, ' '),
    )
    .join('\n\n');
}

function neededSays(neededBy: readonly ImageUse[], unclear: readonly ImageUse[]): string {
  if (neededBy.length > 0) return usersOf(neededBy);
  return unclear.length > 0
    ? 'not known: delete it only when its registry shows what the others mean'
    : 'nothing else in this app';
}

function registrySays(seen: SeenImage): string {
  if (seen.kind === 'there') return 'has it';
  return seen.kind === 'gone' ? 'has it no more' : `not seen: ${seen.why}`;
}

function sizeInWords({ bytes, platforms }: Extract<SeenImage, { kind: 'there' }>): string {
  const size = bytes === null ? 'not known' : `${(bytes / 1e6).toFixed(1)} MB (${bytes} bytes)`;
  return platforms === 1 ? size : `${size}, for ${plural(platforms, 'platform')}`;
}

function usersOf(uses: readonly ImageUse[]): string {
  const names = uses.map(({ stack, target, address, status }) => {
    return `${escapeInvisible(target ?? address ?? '')} (${stack}, ${status})`;
  });
  return [...new Set(names)].join(', ');
}
