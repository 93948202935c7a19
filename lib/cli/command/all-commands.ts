import type { Command } from 'commander';

/** A command and everything below it, each with the words that call it; aliases are others. */
export function allCommands(
  command: Command,
  words: readonly string[] = [],
): readonly { readonly words: readonly string[]; readonly command: Command }[] {
  const below = command.commands.flatMap((each) =>
    [each.name(), ...each.aliases()].flatMap((name) => allCommands(each, [...words, name])),
  );
  return [{ words, command }, ...below];
}
