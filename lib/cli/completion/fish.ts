import {
  type Candidates,
  type OptionCandidates,
  type Shell,
  steps,
  valueSteps,
} from './candidates.js';

/** For fish 3. */
export const fish: Shell = (
  candidates,
) => `# Completion of reprieve for fish. In ~/.config/fish/config.fish:
#   npx --no-install reprieve completion fish | source
function __reprieve_at
    set -l command ''
    set -l skip ''
    for word in (commandline -opc)[2..-1]
        if test -n "$skip"
            set skip ''
            continue
        end
        switch "$command $word"
            case ${steps(candidates).map(quoted).join(' ')}
                set command (string trim -- "$command $word")
            case ${valueSteps(candidates).map(quoted).join(' ')}
                set skip yes
        end
    end
    test "$command" = "$argv[1]"
end
complete -c reprieve -f
${candidates.flatMap(lines).join('\n')}
`;

function lines(candidates: Candidates): readonly string[] {
  const { words, commands, options, choices, takesFiles } = candidates;
  const line = `complete -c reprieve -n ${quoted(`__reprieve_at ${quoted(words)}`)}`;
  return [
    ...commands.map(
      ({ name, description }) => `${line} -a ${quoted(name)} -d ${quoted(description)}`,
    ),
    ...choices.map((choice) => `${line} -a ${quoted(choice)}`),
    ...options.map((option) => `${line} ${optionLine(option)}`),
    ...(takesFiles ? [`${line} -F`] : []),
  ];
}

function optionLine({ flags, description, takesValue, choices }: OptionCandidates): string {
  const named = flags.map((flag) =>
    flag.startsWith('--') ? `-l ${quoted(flag.slice(2))}` : `-s ${quoted(flag.slice(1))}`,
  );
  const value = choices.length > 0 ? [`-x -a ${quoted(choices.join(' '))}`] : [];
  const file = takesValue && choices.length === 0 ? ['-r -F'] : [];
  return [...named, ...value, ...file, `-d ${quoted(description)}`].join(' ');
}

/** fish knows two escapes between single quotes. */
function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, '\\$&')}'`;
}
