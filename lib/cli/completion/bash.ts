import { type Candidates, quoteForShell, type Shell, steps, valueSteps } from './candidates.js';

/** For bash 3.2 and newer, without the package bash-completion. */
export const bash: Shell = (candidates) => `# Completion of reprieve for bash. In ~/.bashrc:
#   source <(npx --no-install reprieve completion bash)
_reprieve() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command='' skip='' word index
  # bash takes --output=json for three words.
  if [[ $cur == '=' ]]; then cur=''
  elif [[ $prev == '=' ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  for ((index = 1; index < COMP_CWORD; index += 1)); do
    word=\${COMP_WORDS[index]}
    if [[ $word == '=' ]]; then continue; fi
    if [[ -n $skip ]]; then skip=''; continue; fi
    case "$command $word" in
      ${anyOf(steps(candidates))}) command="\${command:+$command }$word" ;;
      ${anyOf(valueSteps(candidates))}) skip=yes ;;
    esac
  done
  COMPREPLY=()
  case "$command $prev" in
${candidates.flatMap(values).join('\n')}
    ${anyOf(valueSteps(candidates))}) _reprieve_files; return ;;
  esac
  case "$command" in
${candidates.map(names).join('\n')}
  esac
}
_reprieve_files() {
  compopt -o filenames 2>/dev/null
  local file
  while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen -f -- "$cur")
}
complete -F _reprieve reprieve
`;

function values({ words, options }: Candidates): readonly string[] {
  return options
    .filter(({ choices }) => choices.length > 0)
    .map(({ flags, choices }) => {
      const after = anyOf(flags.map((flag) => `${words} ${flag}`));
      return `    ${after}) ${reply(choices)}; return ;;`;
    });
}

function names({ words, commands, options, choices, takesFiles }: Candidates): string {
  const flags = options.flatMap((option) => option.flags);
  const others = [...commands.map(({ name }) => name), ...choices];
  const files = takesFiles ? ' _reprieve_files;' : '';
  return `    ${quoteForShell(words)}) if [[ $cur == -* ]]; then ${reply(flags)}; else ${reply(others)};${files} fi ;;`;
}

function reply(texts: readonly string[]): string {
  return `COMPREPLY=($(compgen -W ${quoteForShell(texts.join(' '))} -- "$cur"))`;
}

function anyOf(texts: readonly string[]): string {
  return texts.map(quoteForShell).join('|');
}
