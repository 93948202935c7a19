import { type Candidates, quoteForShell, type Shell, steps, valueSteps } from './candidates.js';

/** For zsh 5, sourced or as a file `_reprieve` in the fpath. */
export const zsh: Shell = (candidates) => `#compdef reprieve
# Completion of reprieve for zsh. In ~/.zshrc, after compinit:
#   source <(npx --no-install reprieve completion zsh)
_reprieve() {
  local command='' skip='' word cur=\${words[CURRENT]} prev=\${words[CURRENT-1]}
  local -a candidates
  if [[ $cur == --*=* ]]; then
    prev=\${cur%%=*}
    cur=\${cur#*=}
    compset -P '*='
  fi
  for word in "\${(@)words[2,CURRENT-1]}"; do
    if [[ -n $skip ]]; then skip=''; continue; fi
    case "$command $word" in
      ${anyOf(steps(candidates))}) command="\${command:+$command }$word" ;;
      ${anyOf(valueSteps(candidates))}) skip=yes ;;
    esac
  done
  case "$command $prev" in
${candidates.flatMap(values).join('\n')}
    ${anyOf(valueSteps(candidates))}) _files; return ;;
  esac
  case "$command" in
${candidates.map(names).join('\n')}
  esac
}
if [[ $funcstack[1] == _reprieve ]]; then _reprieve "$@"; else compdef _reprieve reprieve; fi
`;

function values({ words, options }: Candidates): readonly string[] {
  return options
    .filter(({ choices }) => choices.length > 0)
    .map(({ flags, choices }) => {
      const after = anyOf(flags.map((flag) => `${words} ${flag}`));
      return `    ${after}) compadd -- ${choices.map(quoteForShell).join(' ')}; return ;;`;
    });
}

function names({ words, commands, options, choices, takesFiles }: Candidates): string {
  const flags = options.flatMap(({ flags, description }) =>
    flags.map((flag) => described(flag, description)),
  );
  const others = [
    ...commands.map(({ name, description }) => described(name, description)),
    ...choices.map((choice) => described(choice, '')),
  ];
  const files = takesFiles ? '_files; ' : '';
  return `    ${quoteForShell(words)})
      if [[ $cur == -* ]]; then candidates=(${flags.join(' ')}); _describe option candidates
      else candidates=(${others.join(' ')}); ${files}_describe command candidates; fi ;;`;
}

/** `name:description`, as _describe takes it. */
function described(name: string, description: string): string {
  return quoteForShell(`${name.replaceAll(':', '\\:')}:${description}`);
}

function anyOf(texts: readonly string[]): string {
  return texts.map(quoteForShell).join('|');
}
