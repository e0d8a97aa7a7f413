// Every setting, read once at the start: the environment, and the YAML file it names. The only reader of process.env.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { nearest } from '../core/playbook/suggest.ts';
import { err, ok, type Result } from '../core/result.ts';
import { readPrivateKey } from '../core/timeline/signature.ts';
import { readText } from '../platform/read-text.ts';
import { type ConfigFileContent, readConfigFile } from './file.ts';
import { concealed } from './secrets.ts';

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

const Environment = z.object({
  DATABASE_URL: url(/^postgres(ql)?:$/, 'postgres://user:password@host:5432/firebreak').optional(),
  REDIS_URL: url(/^rediss?:$/, 'redis://host:6379').optional(),
  FIREBREAK_DATA_DIR: z.string().default('./data'),
  FIREBREAK_PLAYBOOKS: z.string().default('./playbooks'),
  FIREBREAK_CONFIG: z.string().optional(),
  FIREBREAK_PUBLIC_URL: url(/^https?:$/, 'https://firebreak.example.com').optional(),
  FIREBREAK_API_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
  FIREBREAK_SIGNING_KEY: z
    .string()
    .refine(
      (text) => readPrivateKey(text) !== null,
      'must be an Ed25519 private key in PEM; make one: openssl genpkey -algorithm ed25519',
    )
    .optional(),
  FIREBREAK_FAULT_POINT: z.string().optional(),
  HOST: z.string().default('127.0.0.1'),
  PORT: port.prefault('3000'),
  SLACK_BOT_TOKEN: z.string().startsWith('xoxb-', 'must be a bot token, which starts with xoxb-').optional(),
  SLACK_SIGNING_SECRET: z.string().min(8, 'is too short to be a signing secret').optional(),
  SLACK_APP_TOKEN: z.string().startsWith('xapp-', 'must be an app-level token, which starts with xapp-').optional(),
  SLACK_API_URL: url(/^https?:$/, 'https://slack.com/api/').optional(),
  LOG_LEVEL: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  LOG_FORMAT: oneOf(['json', 'pretty']).optional(),
});

/** All settings. The parts that hold secrets show nothing of themselves when they are printed or serialised. */
export type Config = {
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
  readonly dataDir: string;
  readonly playbooks: string;
  readonly publicUrl: string;
  readonly apiToken: string | null;
  /** The private key that seals the record; null: the data directory keeps one. */
  readonly signingKey: string | null;
  readonly faultPoint: string | undefined;
  readonly host: string;
  readonly port: number;
  readonly slack: {
    readonly botToken: string;
    readonly signingSecret: string | null;
    readonly appToken: string | null;
    readonly apiUrl: string | null;
  } | null;
  readonly logLevel: string;
  readonly logFormat: 'json' | 'pretty';
  readonly file: ConfigFileContent;
  /** Values of the environment names that playbooks may read. */
  readonly playbookEnv: { readonly [name: string]: string };
  /** Every secret value there is, for redaction. */
  readonly secretValues: readonly string[];
};

type Env = { readonly [name: string]: string | undefined };

/** The environment, over defaults of one's own. */
export const environment = (defaults: Env = {}): Env => ({ ...defaults, ...process.env });

/** Reads all settings; every fault at once, one line each, saying what would be right. */
export function readConfig(
  env: Env = environment(),
  isTty: boolean = process.stderr.isTTY === true,
): Result<Config, readonly string[]> {
  const faults: string[] = [];
  const values: Record<string, string> = {};
  for (const name of Object.keys(Environment.shape)) {
    const value = env[name];
    const path = env[`${name}_FILE`];
    if (value && path) faults.push(`${name}: is set, and so is ${name}_FILE; keep one of the two`);
    else if (value) values[name] = value;
    else if (path) {
      const text = readText(path);
      if (!text.ok) faults.push(`${name}_FILE: ${text.error}`);
      else if (text.value.trim() === '') faults.push(`${name}_FILE: ${path} is empty; it must hold the value`);
      else values[name] = text.value.trim();
    }
  }
  const known = Object.keys(Environment.shape);
  for (const name of Object.keys(env)) {
    if (name.startsWith('FIREBREAK_') && !known.includes(name.replace(/_FILE$/, '')))
      faults.push(`${name}: is no setting of Firebreak${nearest(name, known)}`);
  }
  const parsed = Environment.safeParse(values);
  if (!parsed.success) faults.push(...parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  const file = readFile(values.FIREBREAK_CONFIG, env);
  if (!file.ok) faults.push(...file.error);
  if (!parsed.success || !file.ok) return err(faults);
  const set = parsed.data;
  if (set.SLACK_BOT_TOKEN && !set.SLACK_SIGNING_SECRET && !set.SLACK_APP_TOKEN)
    faults.push('SLACK_SIGNING_SECRET: is needed with SLACK_BOT_TOKEN (or SLACK_APP_TOKEN for Socket Mode)');
  if (!set.SLACK_BOT_TOKEN && (set.SLACK_SIGNING_SECRET || set.SLACK_APP_TOKEN))
    faults.push('SLACK_BOT_TOKEN: is missing, but other Slack settings are there');
  if (faults.length > 0) return err(faults);
  const secretValues = [
    set.SLACK_BOT_TOKEN,
    set.SLACK_SIGNING_SECRET,
    set.SLACK_APP_TOKEN,
    set.FIREBREAK_API_TOKEN,
    set.FIREBREAK_SIGNING_KEY,
    passwordOf(set.DATABASE_URL ?? ''),
    passwordOf(set.REDIS_URL ?? ''),
    ...file.value.secretValues,
  ].flatMap((value) => (value ? [value] : []));
  const settings: Config = {
    databaseUrl: set.DATABASE_URL ?? null,
    redisUrl: set.REDIS_URL ?? null,
    dataDir: resolve(set.FIREBREAK_DATA_DIR),
    playbooks: resolve(set.FIREBREAK_PLAYBOOKS),
    publicUrl: set.FIREBREAK_PUBLIC_URL ?? `http://${set.HOST}:${set.PORT}`,
    apiToken: set.FIREBREAK_API_TOKEN ?? null,
    signingKey: set.FIREBREAK_SIGNING_KEY ?? null,
    faultPoint: set.FIREBREAK_FAULT_POINT,
    host: set.HOST,
    port: set.PORT,
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
    file: file.value,
    playbookEnv: Object.fromEntries(
      file.value.env.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
    ),
    secretValues: concealed(secretValues),
  };
  return ok(concealed(settings));
}

/** The password in a URL; empty if there is none, null if it cannot be decoded. */
function passwordOf(text: string): string | null {
  try {
    return decodeURIComponent(new URL(text).password);
  } catch {
    return null;
  }
}

function readFile(path: string | undefined, env: Env): Result<ConfigFileContent, readonly string[]> {
  const file = path ?? './firebreak.yaml';
  if (path === undefined && !existsSync(file)) return readConfigFile('{}', file, env);
  const text = readText(file);
  return text.ok ? readConfigFile(text.value, file, env) : err([`FIREBREAK_CONFIG: ${text.error}`]);
}
