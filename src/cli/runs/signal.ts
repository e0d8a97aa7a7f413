// `firebreak signal`: gives a run what one of its steps waits for. Holds no rule.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { JsonValue } from '../../core/alert/alert.ts';
import type { Json } from '../../core/json.ts';
import { examples, jsonOption } from '../session/options.ts';
import { line, print, printJson } from '../session/output.ts';
import { granted, withOperations } from '../session/session.ts';
import { shownRun } from './show-run.ts';

type SignalOptions = { data: Json; json?: boolean };

/** Adds `signal RUN NAME`. */
export function addSignal(program: Command): void {
  program
    .command('signal')
    .description('give a run the signal that a step of it waits for, or will wait for')
    .argument('<run>', 'id of the run')
    .argument('<name>', 'name of the signal', signalName)
    .addOption(
      new Option('--data <json>', 'what the waiting step gives as its `output.data`')
        .default(null, 'null')
        .argParser(jsonText),
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('signal run_01jq… deploy.finished', `signal run_01jq… deploy.finished --data '{"release":"v42"}'`),
    )
    .action((runId: string, name: string, { data, json }: SignalOptions) =>
      withOperations(async ({ operations, caller, store }) => {
        const run = granted(await operations.signalRun({ ...caller, runId, name, data }));
        if (json) printJson(await shownRun(store, runId));
        else print(`Signalled ${line(name)} to ${runId}. The run is ${run.status}.`);
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
    return JsonValue.parse(JSON.parse(text));
  } catch {
    throw new InvalidArgumentError('It must be JSON, such as \'{"release":"v42"}\' or \'"a text"\'.');
  }
}
