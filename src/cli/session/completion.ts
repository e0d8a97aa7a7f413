// `firebreak completion SHELL`: what the shell offers after a Tab, made from the very tree of commands. Runs nothing.
import { Argument, type Command } from 'commander';
import { examples } from './options.ts';
import { print } from './output.ts';

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

/** One command with the words that may follow it. */
type Place = {
  /** The words that lead here, such as `runs list`; empty: the program itself. */
  readonly path: string;
  readonly commands: readonly Word[];
  readonly options: readonly Word[];
};
type Word = { readonly word: string; readonly about: string };

/** Adds `completion SHELL`. */
export function addCompletion(program: Command): void {
  program
    .command('completion')
    .description('a script that completes commands and options in your shell')
    .addArgument(new Argument('<shell>', 'whose script').choices(shells))
    .addHelpText(
      'after',
      examples(
        'completion bash > ~/.local/share/bash-completion/completions/firebreak',
        'completion zsh > "${fpath[1]}/_firebreak"',
        'completion fish > ~/.config/fish/completions/firebreak.fish',
      ),
    )
    .action((shell: Shell) => print(scripts[shell](placesOf(program))));
}

/** Every command of a tree. */
function placesOf(command: Command, path = ''): readonly Place[] {
  const commands = command.commands.map((child) => ({ word: child.name(), about: child.description() }));
  const options = command.options
    .filter(({ hidden }) => !hidden)
    .map(({ long, short, description }) => ({ word: long ?? short ?? '', about: description }))
    .concat({ word: '--help', about: 'what it does, and examples' });
  const here: Place = { path, commands, options };
  return [here].concat(command.commands.flatMap((child) => placesOf(child, `${path} ${child.name()}`.trim())));
}

const words = (list: readonly Word[]) => list.map(({ word }) => word).join(' ');
/** Text within single quotes of a shell. */
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** The words that lead to the cursor, in `place`: the longest row of words that are commands. */
const walk = (places: readonly Place[], from: string, known: string) => `  local place='' word next
  for word in ${from}; do
    next="\${place:+$place }$word"
    case "$next" in
      ${places
        .map(({ path }) => quoted(path))
        .filter((path) => path !== "''")
        .join('|')}) place="$next" ;;
    esac
  done
  case "$place" in
${places.map((place) => `    ${quoted(place.path)}) ${known}=${quoted(words(place.commands))} options=${quoted(words(place.options))} ;;`).join('\n')}
  esac`;

const scripts: { readonly [shell in Shell]: (places: readonly Place[]) => string } = {
  bash: (places) => `# Completes firebreak in bash.
_firebreak() {
  local current="\${COMP_WORDS[COMP_CWORD]}" commands='' options=''
${walk(places, '"${COMP_WORDS[@]:1:COMP_CWORD-1}"', 'commands')}
  if [[ "$current" == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$current"))
  elif [[ -n "$commands" ]]; then
    COMPREPLY=($(compgen -W "$commands" -- "$current"))
  else
    COMPREPLY=($(compgen -f -- "$current"))
  fi
}
complete -F _firebreak firebreak`,

  zsh: (places) => `#compdef firebreak
# Completes firebreak in zsh.
_firebreak() {
  local names='' options=''
${walk(places, '"${(@)words[2,CURRENT-1]}"', 'names')}
  if [[ "$PREFIX" == -* ]]; then
    compadd -- \${=options}
  elif [[ -n "$names" ]]; then
    compadd -- \${=names}
  else
    _files
  fi
}
if [ "$funcstack[1]" = "_firebreak" ]; then _firebreak "$@"; else compdef _firebreak firebreak; fi`,

  fish: (places) => `# Completes firebreak in fish.
function __firebreak_at
    set -l path
    for word in (commandline -opc)[2..-1]
        if contains -- (string join ' ' $path $word) ${places
          .map(({ path }) => quoted(path))
          .filter((path) => path !== "''")
          .join(' ')}
            set path $path $word
        end
    end
    test (string join ' ' $path) = "$argv[1]"
end
${places.flatMap(fishLines).join('\n')}`,
};

function fishLines({ path, commands, options }: Place): readonly string[] {
  const at = `complete -c firebreak -n ${quoted(`__firebreak_at ${quoted(path)}`)}`;
  return commands
    .map(({ word, about }) => `${at} -f -a ${word} -d ${quoted(about)}`)
    .concat(options.map(({ word, about }) => `${at} -l ${word.replace(/^--/, '')} -d ${quoted(about)}`));
}
