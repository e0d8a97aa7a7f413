// `firebreak signal`: gives a run what one of its steps waits for. Holds no rule.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { JsonValue } from '../../core/alert/alert.ts';
import type { Json } from '../../core/json.ts';
import { parseLossless } from '../../core/lossless-json.ts';
import type { Where } from '../session/firebreak.ts';
import { runIdOf, shortId } from '../session/ids.ts';
import { examples, jsonOption, serverOption } from '../session/options.ts';
import { line, print, printJson } from '../session/output.ts';
import { order } from '../session/reach.ts';

type SignalOptions = Where & { data: Json; json?: boolean };

/** Adds `signal RUN NAME`. */
export function addSignal(program: Command): void {
  program
    .command('signal')
    .description('give a run the signal that a step of it waits for, or will wait for')
    .argument('<run>', 'id of the run, or its end')
    .argument('<name>', 'name of the signal', signalName)
    .addOption(
      new Option('--data <json>', 'what the waiting step gives as its `output.data`')
        .default(null, 'null')
        .argParser(jsonText),
    )
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('signal run_01jq… deploy.finished', `signal run_01jq… deploy.finished --data '{"release":"v42"}'`),
    )
    .action((text: string, name: string, options: SignalOptions) =>
      order(options, async ({ api }) => {
        const id = await runIdOf(api, text);
        const body = { data: options.data };
        const run = await api.call('POST /runs/:id/signals/:name', { params: { id, name }, body });
        if (options.json) printJson(run);
        else print(`Signalled ${line(name)} to ${shortId(id)}. The run is ${run.status}.`);
      }),
    );
}

function signalName(text: string): string {
  if (!/^[A-Za-z][\w.-]{0,62}$/.test(text))
    throw new InvalidArgumentError('It must be a plain name such as deploy.finished.');
  return text;
}

function jsonText(text: string): Json {
  try {
    return JsonValue.parse(parseLossless(text));
  } catch {
    throw new InvalidArgumentError('It must be JSON, such as \'{"release":"v42"}\' or \'"a text"\'.');
  }
}
