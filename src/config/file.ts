// firebreak.yaml: who may send alerts, who may approve, what actions may reach. Secrets stand elsewhere; the file names where.
import { inspect } from 'node:util';
import { z } from 'zod';
import { parseYaml } from '../core/playbook/parse-yaml.ts';
import { err, ok, type Result } from '../core/result.ts';
import { Duration } from '../core/time.ts';
import type { Integration, IntegrationAuth } from '../spi/source.ts';
import { resolveSecret, SecretRef } from './secret-refs.ts';

const Auth = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('bearer'), token: SecretRef }),
  z.strictObject({ type: z.literal('basic'), username: z.string().min(1), password: SecretRef }),
  z.strictObject({
    type: z.literal('hmac'),
    secret: SecretRef,
    header: z.string().default('X-Signature'),
    prefix: z.string().default(''),
    timestampHeader: z.string().nullable().default(null),
    tolerance: Duration.default(300_000),
  }),
  z.strictObject({ type: z.literal('none') }),
]);

const name = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'must be lower-case letters, digits, - and _');

/** The shape of firebreak.yaml. The sections `actions` and `slack` belong to those parts and are parsed there. */
export const ConfigFile = z.strictObject({
  integrations: z
    .record(
      name,
      z.strictObject({ source: z.string(), auth: Auth, mapping: z.record(z.string(), z.string()).optional() }),
    )
    .default({}),
  /** `@name` in a playbook: Slack users and Slack user groups. */
  roles: z
    .record(
      name,
      z.strictObject({
        users: z.array(z.string().regex(/^[UW][A-Z0-9]+$/, 'must be a Slack user id such as U012ABCDEF')).default([]),
        groups: z
          .array(z.string().regex(/^S[A-Z0-9]+$/, 'must be a Slack user group id such as S012ABCDEF'))
          .default([]),
      }),
    )
    .default({}),
  policy: z
    .strictObject({
      /** More runs than this, started by alerts within this time, and people are asked before each further one. */
      storm: z
        .strictObject({ runs: z.number().int().min(1), within: Duration })
        .transform(({ runs, within }) => ({ runs, withinMs: within }))
        .default({ runs: 60, withinMs: 300_000 }),
    })
    .prefault({}),
  slack: z.unknown().optional(),
  actions: z.unknown().optional(),
  secrets: z.record(z.string().regex(/^[A-Za-z_]\w*$/), SecretRef).default({}),
  /** Names of environment variables that playbooks may read. */
  env: z.array(z.string()).default([]),
});

/** The file with its secrets fetched. */
export type ConfigFileContent = {
  readonly integrations: readonly Integration[];
  readonly roles: z.output<typeof ConfigFile>['roles'];
  readonly policy: z.output<typeof ConfigFile>['policy'];
  readonly slack: unknown;
  readonly actions: unknown;
  readonly secrets: ReadonlyMap<string, string>;
  readonly env: readonly string[];
  readonly secretValues: readonly string[];
  /** A fault that the part of a section found, as `file:line:col  path: message`. */
  readonly faultAt: (path: readonly PropertyKey[], message: string) => string;
};

/** Reads the file; faults as `file:line:col  message`. */
export function readConfigFile(
  text: string,
  file: string,
  env: { readonly [name: string]: string | undefined },
): Result<ConfigFileContent, readonly string[]> {
  const { source, faults: yamlFaults } = parseYaml(text);
  if (!source) return err(yamlFaults.map(({ line, col, message }) => `${file}:${line}:${col}  ${message}`));
  const faults: string[] = [];
  const faultAt = (path: readonly PropertyKey[], message: string) => {
    const { line, col } = source.placeOf(path);
    return `${file}:${line}:${col}  ${path.map(String).join('.') || 'the file'}: ${message}`;
  };
  const at = (path: readonly PropertyKey[], message: string) => void faults.push(faultAt(path, message));
  const parsed = ConfigFile.safeParse(source.data ?? {});
  if (!parsed.success) {
    for (const issue of parsed.error.issues)
      at(issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path, issue.message);
    return err(faults);
  }
  const secretValues: string[] = [];
  const fetch = (ref: SecretRef, path: readonly PropertyKey[]): string => {
    const secret = resolveSecret(ref, { env });
    if (!secret.ok) at(path, secret.error);
    else secretValues.push(secret.value);
    return secret.ok ? secret.value : '';
  };
  const integrations = Object.entries(parsed.data.integrations).map(
    ([key, { source: id, auth, mapping }]): Integration => ({
      name: key,
      source: id,
      auth: concealed(authOf(auth, (ref) => fetch(ref, ['integrations', key, 'auth']))),
      mapping: mapping ?? null,
    }),
  );
  const secrets = new Map(Object.entries(parsed.data.secrets).map(([key, ref]) => [key, fetch(ref, ['secrets', key])]));
  if (faults.length > 0) return err(faults);
  const { roles, policy, slack, actions, env: names } = parsed.data;
  return ok(
    concealed({
      integrations,
      roles,
      policy,
      slack,
      actions,
      secrets: concealed(secrets),
      env: names,
      secretValues,
      faultAt,
    }),
  );
}

/** Makes an object show nothing of itself when it is logged, inspected or turned into JSON. Its members stay as they are. */
export function concealed<T extends object>(value: T): T {
  const show = { value: () => '[concealed]', enumerable: false };
  return Object.defineProperties(value, { toJSON: show, [inspect.custom]: show });
}

function authOf(auth: z.output<typeof Auth>, fetch: (ref: SecretRef) => string): IntegrationAuth {
  switch (auth.type) {
    case 'none':
      return auth;
    case 'bearer':
      return { type: 'bearer', token: fetch(auth.token) };
    case 'basic':
      return { type: 'basic', username: auth.username, password: fetch(auth.password) };
    case 'hmac': {
      const { header, prefix, timestampHeader, tolerance } = auth;
      return { type: 'hmac', secret: fetch(auth.secret), header, prefix, timestampHeader, toleranceMs: tolerance };
    }
  }
}
