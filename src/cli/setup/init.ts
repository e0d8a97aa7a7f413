// `firebreak init`: a configuration that works, the environment it needs, and the manifest of the Slack app. Replaces no file.
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, Option } from 'commander';
import { programRoot } from '../../platform/program-root.ts';
import { manifestText } from '../../slack/manifest.ts';
import { examples, jsonOption } from '../session/options.ts';
import { CliError, print, printJson, say, UsageError } from '../session/output.ts';
import { usable } from '../session/settings.ts';
import { type Answers, answersFrom, askFor, type Given } from './answers.ts';
import { configurationText, environmentText } from './written.ts';

type InitOptions = Given & { readonly out: string; readonly env: string; readonly yes?: true; readonly json?: true };

const samplesFolder = fileURLToPath(new URL('deploy/examples/playbooks', programRoot));

/** Adds `init`. */
export function addInit(program: Command): void {
  program
    .command('init')
    .description('write a configuration that works, and print the manifest of the Slack app')
    .addOption(new Option('--slack <how>', 'how Slack reaches Firebreak').choices(['http', 'socket', 'none']))
    .option('--public-url <url>', 'under which address people, and Slack over HTTP, reach it')
    .option('--command <command>', 'the slash command (default: /firebreak)')
    .option('--approvers <id>', 'the Slack user group or user that approves and is invited')
    .option('--announce <channel>', 'the channel where each incident is announced')
    .option('--samples', 'copy the four sample playbooks')
    .option('--out <file>', 'where the configuration goes', 'firebreak.yaml')
    .option('--env <file>', 'where the environment goes, readable to you alone', 'firebreak.env')
    .option('--yes', 'ask nothing: what is not said is left out')
    .addOption(jsonOption())
    .addHelpText('after', examples('init', 'init --slack socket --approvers S012ABCDEF --announce "#incidents" --yes'))
    .action(runInit);
}

async function runInit({ out, env, yes, json, ...given }: InitOptions): Promise<void> {
  const files = [out, env].map((file) => resolve(file));
  const there = files.filter((file) => existsSync(file));
  if (there.length > 0)
    throw new CliError(
      'conflict',
      `already there, and left as it was: ${there.join(', ')}. Move it away, or name another: --out, --env.`,
    );
  const canAsk = yes !== true && json !== true && process.stdin.isTTY === true;
  if (!canAsk && yes !== true && given.slack === undefined)
    throw new UsageError('There is no terminal to ask at: say --slack http|socket|none, and --yes.');
  const answers = canAsk ? await askFor(given) : answersFrom(given);
  writeNew(out, configurationText(answers), 0o644);
  writeNew(env, environmentText(answers, randomBytes(32).toString('base64url')), 0o600);
  const copied = answers.samples ? copySamples() : [];
  const manifest = manifestOf(answers);
  if (json) return printJson({ written: [out, env, ...copied], manifest, next: nextSteps(answers, { out, env }) });
  if (manifest !== null) print(manifest.trimEnd());
  for (const file of [out, env, ...copied]) say(`Wrote ${file}`);
  nextSteps(answers, { out, env }).forEach((step, i) => {
    say(`${i + 1}. ${step}`);
  });
}

const manifestOf = ({ slack, publicUrl, command }: Answers): string | null => {
  if (slack === 'none') return null;
  const transport = slack === 'http' ? { type: slack, publicUrl: publicUrl ?? '' } : { type: slack };
  return manifestText({ transport, command });
};

function writeNew(file: string, text: string, mode: number): void {
  try {
    writeFileSync(file, text, { flag: 'wx', mode });
  } catch (error) {
    throw new CliError(
      'invalid',
      `${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** Copies the sample playbooks into the folder of playbooks; one that is there stays as it is. */
function copySamples(): readonly string[] {
  const folder = usable().config.playbooks;
  mkdirSync(folder, { recursive: true });
  return readdirSync(samplesFolder).flatMap((name) => {
    const to = join(folder, name);
    if (existsSync(to)) return [];
    cpSync(join(samplesFolder, name), to);
    return [to];
  });
}

function nextSteps(
  { slack, samples }: Answers,
  { out, env }: { readonly out: string; readonly env: string },
): readonly string[] {
  return [
    ...(slack === 'none'
      ? []
      : [
          'Create the app: https://api.slack.com/apps, "Create New App", "From a manifest", paste what is printed above, install it.',
          `Put its tokens into ${env}.`,
        ]),
    ...(samples
      ? ['The samples name commands and hosts of an example: `npx firebreak validate` says what to change.']
      : []),
    `Look at ${out}, then: node --env-file ${env} dist/cli.js doctor`,
    `Start it: node --env-file ${env} dist/cli.js serve`,
  ];
}
