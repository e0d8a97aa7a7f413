// `firebreak alert send`: delivers an alert as its source would, signed as the configuration says. For trying out routes and rules.
import { randomBytes } from 'node:crypto';
import { type Command, Option } from 'commander';
import type { Config } from '../../config/environment.ts';
import { nearest } from '../../core/playbook/suggest.ts';
import { sources } from '../../sources/registry.ts';
import type { Integration, Source } from '../../spi/source.ts';
import { textOf } from '../record/record.ts';
import { messageOf } from '../session/failure.ts';
import { examples, jsonOption } from '../session/options.ts';
import { CliError, line, print, printJson, UsageError, withProgress } from '../session/output.ts';
import { configured } from '../session/settings.ts';
import { freshSample } from './alert-sample.ts';

type SendOptions = { file?: string; to?: string; integration?: string; json?: boolean };

const answerWithinMs = 15_000;

/** Adds `alert send SOURCE`. */
export function addAlert(program: Command): void {
  program
    .command('alert')
    .description('alerts, for trying things out')
    .command('send')
    .description('deliver an alert to a running Firebreak')
    .argument('<source>', `one of ${[...sources.keys()].join(', ')}`)
    .option(
      '--file <file>',
      'the body to send, as it is; - is standard input (default: the sample of the source, as a new alert)',
    )
    .option('--to <url>', 'address of the Firebreak (default: the one that HOST and PORT name)')
    .addOption(new Option('--integration <name>', 'send as this integration of the configuration'))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'alert send alertmanager',
        'alert send alertmanager --file alert.json --to https://firebreak.example.com',
        'alert send generic --integration deploys --json',
      ),
    )
    .action((id: string, options: SendOptions) => send(sourceOf(id), options));
}

async function send(source: Source, options: SendOptions): Promise<void> {
  // What is sent is signed, so the secrets must be there.
  const config = configured('all');
  const integration = integrationOf(source, config, options.integration);
  const address = addressOf(options.to, config, integration);
  const fresh = { now: new Date().toISOString(), id: randomBytes(8).toString('hex') };
  const sample = freshSample(source, integration, fresh);
  const raw = options.file === undefined ? Buffer.from(JSON.stringify(sample.body)) : Buffer.from(textOf(options.file));
  const { auth } = integration;
  const { pathname, search } = new URL(address);
  const request = { method: 'POST', url: `${pathname}${search}`, headers: sample.headers, raw };
  const proof = auth && { request, settings: auth.settings, nowMs: Date.now() };
  const headers = { ...sample.headers, ...(proof && auth.scheme.sign(proof)) };
  const provenUrl = withFields(address, (proof && auth.scheme.signQuery?.(proof)) ?? {});
  // The one with the proof in it is shown to nobody.
  const url = address;
  const response = await withProgress(`sending to ${url}`, () => post({ url, provenUrl, headers, body: raw }));
  const text = await response.text();
  const answer = parsed(text);
  process.exitCode = response.status === 202 ? 0 : 1;
  if (options.json) return printJson({ url, status: response.status, answer });
  const { receipt, status, detail } = answer;
  if (response.status === 202) print(`${status}: ${receipt}`);
  else throw new CliError('refused', `${response.status} from ${url}: ${line(detail ?? text)}`);
}

function sourceOf(id: string): Source {
  const source = sources.get(id);
  if (source) return source;
  const known = [...sources.keys()];
  throw new UsageError(`there is no source ${line(id, 80)}${nearest(id, known)}; there are ${known.join(', ')}`);
}

function integrationOf(source: Source, config: Config, name: string | undefined): Integration {
  const own = config.file.integrations.filter((integration) => integration.source === source.id);
  const names = own.map((integration) => integration.name).join(', ');
  const wanted = name ?? (own.length === 1 ? own[0]?.name : source.id);
  const integration = own.find((candidate) => candidate.name === wanted);
  if (integration) return integration;
  if (own.length === 0)
    throw new CliError(
      'not_configured',
      `no integration of ${source.id} is configured; add \`integrations: { ${source.id}: { source: ${source.id}, auth: ... } }\` to firebreak.yaml`,
    );
  throw new UsageError(
    name === undefined
      ? `say which integration: --integration ${own.map((one) => one.name).join(' or ')}`
      : `${source.id} has no integration ${line(name, 80)}; it has ${names}`,
  );
}

/** A bare address gets the path of the integration's hook; one with a path is taken as it is. */
function addressOf(to: string | undefined, config: Config, { source, name }: Integration): string {
  const own = ['0.0.0.0', '::', ''].includes(config.host) ? '127.0.0.1' : config.host;
  const base = to ?? `http://${own.includes(':') ? `[${own}]` : own}:${config.port}`;
  if (!URL.canParse(base) || !/^https?:$/.test(new URL(base).protocol))
    throw new UsageError('--to must be a URL such as http://127.0.0.1:3000');
  const url = new URL(base);
  if (url.pathname === '/') url.pathname = source === name ? `/hooks/${source}` : `/hooks/${source}/${name}`;
  return url.href;
}

function withFields(address: string, fields: { readonly [name: string]: string }): string {
  const url = new URL(address);
  for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
  return url.href;
}

type Posting = {
  readonly url: string;
  readonly provenUrl: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
};

async function post({ url, provenUrl, headers, body }: Posting): Promise<Response> {
  try {
    return await fetch(provenUrl, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(answerWithinMs),
    });
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
    throw new CliError(
      'unreachable',
      `${url} does not answer: ${cause}; is a Firebreak running there? --to names another`,
    );
  }
}

function parsed(text: string): { readonly receipt?: string; readonly status?: string; readonly detail?: string } {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
