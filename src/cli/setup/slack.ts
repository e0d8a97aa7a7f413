// `firebreak slack`: the manifest of the app, and the ids that the configuration wants. Changes nothing in Slack.
import { LogLevel, WebClient } from '@slack/web-api';
import { type Command, Option } from 'commander';
import { partSettings } from '../../config/parts.ts';
import { manifestText, type Transport } from '../../slack/manifest.ts';
import { SlackSettings } from '../../slack/settings.ts';
import { troubleOf } from '../../slack/slack-error.ts';
import { examples, jsonOption } from '../session/options.ts';
import { CliError, line, print, printJson, say, table, UsageError, withProgress } from '../session/output.ts';
import { usable } from '../session/settings.ts';
import { namedInSlack } from './slack-ids.ts';

/** Adds `slack manifest` and `slack ids`. */
export function addSlack(program: Command): void {
  const slack = program
    .command('slack')
    .description('set up the Slack app: its manifest, and the ids of people and channels');
  slack
    .command('manifest')
    .description('the manifest of the app as YAML, with the reason for each scope')
    .addOption(new Option('--socket', 'for Socket Mode').conflicts('url'))
    .option('--url <url>', 'for HTTP, at this public address (default: FIREBREAK_PUBLIC_URL)')
    .addHelpText('after', examples('slack manifest --socket', 'slack manifest --url https://firebreak.example.com'))
    .action((options: { socket?: true; url?: string }) => print(manifestFor(options).trimEnd()));
  slack
    .command('ids')
    .description('the ids of user groups, people and channels, as firebreak.yaml wants them')
    .argument('[text]', 'a part of the name')
    .addOption(jsonOption())
    .addHelpText('after', examples('slack ids sre', 'slack ids --json'))
    .action(showIds);
}

function manifestFor({ socket, url }: { readonly socket?: true; readonly url?: string }): string {
  const { config } = usable();
  const settings = partSettings(config);
  const { command } = settings.ok ? settings.value.slack : SlackSettings.parse({});
  return manifestText({ transport: transportOf(socket === true, url ?? config.publicUrl), command });
}

function transportOf(socket: boolean, url: string): Transport {
  if (socket) return { type: 'socket' };
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new UsageError('--url must be an address such as https://firebreak.example.com');
  if (!url.startsWith('https:'))
    say(`Slack calls https addresses only, not ${line(url)}: say --url, or --socket for Socket Mode.`);
  return { type: 'http', publicUrl: url.replace(/\/+$/, '') };
}

async function showIds(text: string | undefined, { json }: { readonly json?: true }): Promise<void> {
  const { slack } = usable().config;
  if (slack === null) throw new CliError('configuration', 'Slack is not configured: set SLACK_BOT_TOKEN');
  const client = new WebClient(slack.botToken, {
    timeout: 10_000,
    retryConfig: { retries: 1 },
    logLevel: LogLevel.ERROR,
    ...(slack.apiUrl ? { slackApiUrl: slack.apiUrl } : {}),
  });
  const found = await withProgress('asking Slack', async () => {
    try {
      return await namedInSlack(client);
    } catch (error) {
      throw new CliError('unavailable', `Slack does not tell: ${troubleOf(error).message}`);
    }
  });
  const wanted = text?.toLowerCase() ?? '';
  const items = found.filter(({ name, id }) => name.toLowerCase().includes(wanted) || id.toLowerCase() === wanted);
  if (json) printJson({ items });
  else if (items.length === 0) say(`Nothing is called ${line(text ?? '')}.`);
  else
    print(
      table(
        ['KIND', 'ID', 'NAME'],
        items.map(({ kind, id, name }) => [kind, id, line(name)]),
      ),
    );
}
