// Every setting, read once at the start: the environment, and the YAML file it names. The only reader of process.env.

import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { nearest } from '../core/playbook/suggest.ts';
import { err, ok, type Result } from '../core/result.ts';
import { issuesOf } from '../core/schema-issues.ts';
import { createKnownSecrets, type KnownSecrets } from '../core/secret/known-secrets.ts';
import { readPrivateKey, readPublicKey } from '../core/timeline/key-text.ts';
import { plainValue } from '../platform/plain-value.ts';
import { readText } from '../platform/read-text.ts';
import { concealEnvironment } from './environment-block.ts';
import { type ConfigFileContent, readConfigFile, type SecretsWanted } from './file.ts';
import { isServiceLink } from './foreign-names.ts';
import { localTrustFaults } from './local-trust.ts';
import { isSecretSetting, ownSecrets, passwordOf, shortSecrets } from './own-secrets.ts';
import { readFile } from './read-file.ts';
import { concealed } from './secrets.ts';
import { readTracing, type TracingEnvironment } from './tracing.ts';

const port = z
  .string()
  .refine((text) => /^\d{1,5}$/.test(text) && Number(text) <= 65_535, 'must be a port number from 0 to 65535')
  .transform(Number);
const url = (protocol: RegExp, example: string) =>
  z
    .string()
    .refine((text) => URL.canParse(text) && protocol.test(new URL(text).protocol), `must be a URL such as ${example}`)
    .refine(
      (text) => !URL.canParse(text) || passwordOf(text) !== null,
      'has a % that encodes nothing in its password; write %25',
    );
const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` });

/** A word, whatever its case. */
const lower = <S extends z.ZodType<string, string>>(words: S) =>
  z
    .string()
    .transform((text) => text.toLowerCase())
    .pipe(words);

const Environment = z.object({
  DATABASE_URL: url(/^postgres(ql)?:$/, 'postgres://user:password@host:5432/firebreak').optional(),
  /** Of the role that owns the schema; for `migrate` and `archive`, and for a start that brings the schema up to date. */
  DATABASE_ADMIN_URL: url(/^postgres(ql)?:$/, 'postgres://owner:password@host:5432/firebreak').optional(),
  REDIS_URL: url(/^rediss?:$/, 'redis://host:6379').optional(),
  FIREBREAK_DATA_DIR: z.string().default('./data'),
  FIREBREAK_PLAYBOOKS: z.string().default('./playbooks'),
  FIREBREAK_POLICIES: z.string().optional(),
  FIREBREAK_CONFIG: z.string().optional(),
  FIREBREAK_PUBLIC_URL: url(/^https?:$/, 'https://firebreak.example.com').optional(),
  FIREBREAK_API_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
  FIREBREAK_SIGNING_KEY: z
    .string()
    // Where a value must stand in one line, its line breaks are written out.
    .transform((text) => (text.includes('\n') ? text : text.replaceAll('\\n', '\n')))
    .refine(
      (text) => readPrivateKey(text) !== null,
      'must be an Ed25519 private key in PEM; make one: openssl genpkey -algorithm ed25519',
    )
    .optional(),
  FIREBREAK_FORMER_KEYS: z
    .string()
    .transform((text) => text.split(',').map((key) => key.trim()))
    .refine(
      (keys) => keys.every((key) => readPublicKey(key) !== null),
      'must be Ed25519 public keys, base64 of their DER, separated by commas; get one: openssl pkey -in OLD.pem -pubout -outform DER | base64',
    )
    .transform((keys) => keys.flatMap((key) => readPublicKey(key) ?? []))
    .optional(),
  /** What the command line shows to a server; the server itself has no use for it. */
  FIREBREAK_TOKEN: z.string().optional(),
  FIREBREAK_FAULT_POINT: z.string().optional(),
  /** `[::1]` is `::1`. */
  HOST: z
    .string()
    .transform((text) => text.replace(/^\[(.*)\]$/, '$1'))
    .prefault('127.0.0.1'),
  PORT: port.prefault('3000'),
  METRICS_PORT: port.optional(),
  SLACK_BOT_TOKEN: z.string().startsWith('xoxb-', 'must be a bot token, which starts with xoxb-').optional(),
  SLACK_SIGNING_SECRET: z.string().min(8, 'is too short to be a signing secret').optional(),
  SLACK_APP_TOKEN: z.string().startsWith('xapp-', 'must be an app-level token, which starts with xapp-').optional(),
  SLACK_API_URL: url(/^https?:$/, 'https://slack.com/api/').optional(),
  LOG_LEVEL: lower(oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])).prefault('info'),
  LOG_FORMAT: lower(oneOf(['json', 'pretty'])).optional(),
});

/** All settings. The parts that hold secrets show nothing of themselves when they are printed or serialised. */
export type Config = {
  readonly databaseUrl: string | null;
  /** The same database as the owner of its schema; null: as `databaseUrl`, or the owner of the embedded one. */
  readonly databaseAdminUrl: string | null;
  readonly redisUrl: string | null;
  readonly dataDir: string;
  readonly playbooks: string;
  /** The configuration file, whether it is there or not, and its folder. */
  readonly configFile: string;
  readonly configDir: string;
  /** The folder of policies; null: there is none, and none is named. */
  readonly policies: string | null;
  readonly publicUrl: string;
  readonly apiToken: string | null;
  /** The private key that seals the record; null: the data directory keeps one. */
  readonly signingKey: string | null;
  /** Public keys that the record was sealed with before, base64 of their DER. */
  readonly formerKeys: readonly string[];
  readonly faultPoint: string | undefined;
  readonly host: string;
  readonly port: number;
  /** Where a process that serves nothing else answers scrapes and health checks; null: it does not. */
  readonly metricsPort: number | null;
  readonly slack: {
    readonly botToken: string;
    readonly signingSecret: string | null;
    readonly appToken: string | null;
    readonly apiUrl: string | null;
  } | null;
  readonly logLevel: string;
  readonly logFormat: 'json' | 'pretty';
  readonly file: ConfigFileContent;
  /** The file as it stands now, with the environment of the start; `file` stays what it was. */
  readonly readFileAgain: () => Result<ConfigFileContent, readonly string[]>;
  /** Where traces are sent, and why they are not where something is set that cannot be used. */
  readonly tracing: Pick<TracingEnvironment, 'to' | 'doubts'>;
  /** Values of the environment names that playbooks may read. */
  readonly playbookEnv: { readonly [name: string]: string };
  /** Files and folders that are Firebreak's own: its data, and what its secrets are read from. */
  readonly privatePaths: readonly string[];
  /** Every secret there is: what is stored or shown holds none of them. */
  readonly known: KnownSecrets;
  /** What is wrong with the secret settings that were left out, a line each. */
  readonly lacking: readonly string[];
};

type Env = { readonly [name: string]: string | undefined };

/** The environment, over defaults of one's own. */
export const environment = (defaults: Env = {}): Env => ({ ...defaults, ...process.env });

/** True in a process that npm or npx has started: it sets this for all of them. */
export const startedByNpm = (env: Env = environment()): boolean => env['npm_lifecycle_event'] !== undefined;

/** Takes the environment of this process out of the sight of others, see `concealEnvironment`. */
export const hideEnvironment = (secrets: readonly string[]): boolean => concealEnvironment(secrets, process.env);

/**
 * Reads all settings; every fault at once, one line each, saying what would be right.
 * @param secrets `if_there`: a secret that cannot be had is left out and is no fault; for commands that need none
 */
export function readConfig(
  env: Env = environment(),
  isTty: boolean = process.stderr.isTTY === true,
  secrets: SecretsWanted = 'all',
): Result<Config, readonly string[]> {
  const { values, faults, lacking } = valuesOf(env);
  if (secrets === 'all') faults.push(...lacking);
  const parsed = Environment.safeParse(values);
  if (!parsed.success)
    faults.push(...issuesOf(parsed.error).map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  const file = readFile(values.FIREBREAK_CONFIG, env, secrets);
  if (!file.ok) faults.push(...file.error);
  if (!parsed.success || !file.ok) return err(faults);
  if (parsed.data.DATABASE_ADMIN_URL && !parsed.data.DATABASE_URL)
    faults.push('DATABASE_ADMIN_URL: goes with DATABASE_URL; the embedded database has an owner of its own');
  if (secrets === 'all')
    faults.push(...slackFaults(parsed.data), ...localTrustFaults(parsed.data), ...shortSecrets(parsed.data));
  if (secrets === 'all' && file.value.signIn.slack !== null && !parsed.data.SLACK_BOT_TOKEN)
    faults.push(
      file.value.faultAt(['sign_in', 'slack'], 'needs SLACK_BOT_TOKEN: the bot tells which workspace is ours'),
    );
  return faults.length > 0 ? err(faults) : ok(settingsOf(parsed.data, { file: file.value, env, isTty, lacking }));
}

/** Where things are: whoever passes one of these over looks in the wrong place. */
const places: readonly string[] = ['DATABASE_URL', 'DATABASE_ADMIN_URL', 'FIREBREAK_DATA_DIR'];

/**
 * The settings as far as they can be used, and what is wrong with the others, which are as if they were not there. For commands that
 * must work on the day something else is broken; the error is about settings that say where the database is.
 */
export function readUsableConfig(
  env: Env = environment(),
  isTty: boolean = process.stderr.isTTY === true,
): Result<{ readonly config: Config; readonly faults: readonly string[] }, readonly string[]> {
  const { values, faults, lacking } = valuesOf(env);
  for (const issue of Environment.safeParse(values).error?.issues ?? []) {
    faults.push(`${issue.path.join('.')}: ${issue.message}`);
    delete values[String(issue.path[0])];
  }
  const misplaced = faults.filter((fault) => places.some((name) => fault.startsWith(name)));
  if (misplaced.length > 0) return err(misplaced);
  const read = readFile(values.FIREBREAK_CONFIG, env, 'if_there');
  const file = read.ok ? read : readConfigFile('{}', 'firebreak.yaml', env, 'if_there');
  if (!file.ok) return file;
  if (!read.ok) faults.push(...read.error);
  const config = settingsOf(Environment.parse(values), { file: file.value, env, isTty, lacking });
  return ok({ config, faults });
}

/** The token that the command line shows to a server; null: none. Needs no other setting, and no file but its own. */
export function readClientToken(env: Env = environment()): Result<string | null, readonly string[]> {
  const { values, faults, lacking } = valuesOf(env, ['FIREBREAK_TOKEN']);
  return faults.concat(lacking).length > 0 ? err(faults.concat(lacking)) : ok(values.FIREBREAK_TOKEN ?? null);
}

const names = Object.keys(Environment.shape);

/** The values that are set, by themselves or as the file that holds them. `lacking`: what is wrong with secrets; `faults`: with the rest. */
function valuesOf(env: Env, wanted = names) {
  const faults: string[] = [];
  const lacking: string[] = [];
  const values: Record<string, string> = {};
  for (const name of wanted) {
    const value = plainValue(env[name] ?? '');
    const path = plainValue(env[`${name}_FILE`] ?? '');
    if (value && path) faults.push(`${name}: is set, and so is ${name}_FILE; keep one of the two`);
    else if (value) values[name] = value;
    else if (path) {
      const text = readText(path);
      const wrong = isSecretSetting(name) ? lacking : faults;
      if (!text.ok) wrong.push(`${name}_FILE: ${text.error}`);
      else if (plainValue(text.value) === '') wrong.push(`${name}_FILE: ${path} is empty; it must hold the value`);
      else values[name] = plainValue(text.value);
    }
  }
  for (const name of wanted === names ? Object.keys(env) : []) {
    if (!name.startsWith('FIREBREAK_') || isServiceLink(name, env[name] ?? '')) continue;
    if (!names.includes(name.replace(/_FILE$/, '')))
      faults.push(`${name}: is no setting of Firebreak${nearest(name, names)}`);
  }
  return { values, faults, lacking };
}

type Settings = z.output<typeof Environment>;

function slackFaults({ SLACK_BOT_TOKEN: bot, SLACK_SIGNING_SECRET: secret, SLACK_APP_TOKEN: app }: Settings) {
  if (bot && !secret && !app)
    return ['SLACK_SIGNING_SECRET: is needed with SLACK_BOT_TOKEN (or SLACK_APP_TOKEN for Socket Mode)'];
  return !bot && (secret || app) ? ['SLACK_BOT_TOKEN: is missing, but other Slack settings are there'] : [];
}

function settingsOf(
  set: Settings,
  { file, env, isTty, lacking }: Pick<Config, 'file' | 'lacking'> & { readonly env: Env; readonly isTty: boolean },
): Config {
  const { to, doubts, secrets } = readTracing(env);
  const known = createKnownSecrets([...file.knownSecrets, ...ownSecrets(set), ...secrets]);
  return concealed({
    databaseUrl: set.DATABASE_URL ?? null,
    databaseAdminUrl: set.DATABASE_ADMIN_URL ?? null,
    redisUrl: set.REDIS_URL ?? null,
    dataDir: resolve(set.FIREBREAK_DATA_DIR),
    playbooks: resolve(set.FIREBREAK_PLAYBOOKS),
    configFile: resolve(set.FIREBREAK_CONFIG ?? './firebreak.yaml'),
    policies: policyFolderOf(set),
    configDir: dirname(resolve(set.FIREBREAK_CONFIG ?? './firebreak.yaml')),
    publicUrl: set.FIREBREAK_PUBLIC_URL ?? `http://${set.HOST.includes(':') ? `[${set.HOST}]` : set.HOST}:${set.PORT}`,
    apiToken: set.FIREBREAK_API_TOKEN ?? null,
    signingKey: set.FIREBREAK_SIGNING_KEY ?? null,
    formerKeys: set.FIREBREAK_FORMER_KEYS ?? [],
    faultPoint: set.FIREBREAK_FAULT_POINT,
    host: set.HOST,
    port: set.PORT,
    metricsPort: set.METRICS_PORT ?? null,
    slack: set.SLACK_BOT_TOKEN
      ? concealed({
          botToken: set.SLACK_BOT_TOKEN,
          signingSecret: set.SLACK_SIGNING_SECRET ?? null,
          appToken: set.SLACK_APP_TOKEN ?? null,
          apiUrl: set.SLACK_API_URL ?? null,
        })
      : null,
    logLevel: set.LOG_LEVEL,
    logFormat: set.LOG_FORMAT ?? (isTty ? 'pretty' : 'json'),
    file,
    readFileAgain: () => readFile(set.FIREBREAK_CONFIG, env, 'all'),
    tracing: { to, doubts },
    playbookEnv: Object.fromEntries(file.env.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]))),
    privatePaths: [resolve(set.FIREBREAK_DATA_DIR), ...secretPaths(env), ...file.secretPaths].map((path) =>
      resolve(path),
    ),
    known,
    lacking,
  });
}

const policyFolderOf = ({ FIREBREAK_POLICIES: named }: Settings): string | null =>
  named !== undefined || existsSync('./policies') ? resolve(named ?? './policies') : null;

/** The files that settings are read from. */
const secretPaths = (env: Env) => names.flatMap((name) => plainValue(env[`${name}_FILE`] ?? '') || []);
