// Which environment a run and a step belong to, and what may be used there. One pure function for each, with its reason. Enforces nothing by
// itself: the caller refuses.
import { matches } from '../authority/scope.ts';
import type { JsonObject } from '../json.ts';
import { nearest } from '../playbook/suggest.ts';
import { err, ok, type Result } from '../result.ts';
import type { Environment, Rulebook } from './rulebook.ts';

/** An environment and how it is known. `name`: null where nothing says one. */
export type PlacedEnvironment = { readonly name: string | null; readonly because: string };

/** What may say where a run belongs. */
export type RunPlace = {
  readonly inputs: JsonObject;
  readonly playbook: { readonly name: string; readonly environment?: string };
  /** The integration that its alert came by. */
  readonly integration?: string | undefined;
  /** The routes that its incident was opened by. */
  readonly routes?: readonly string[] | undefined;
};

type Known = Pick<Rulebook, 'environments'>;

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/**
 * The environment of a run: its input `environment`, else its playbook's, else the one that names the integration its alert
 * came by, else the one that names a route of its incident, else the one whose `services` its input `service` is in. The error: two of the first contradict each other, or there is no such environment.
 */
export function environmentOfRun(
  { environments }: Known,
  { inputs, playbook, integration, routes = [] }: RunPlace,
): Result<PlacedEnvironment, string> {
  const asked = textOf(inputs['environment']);
  const own = playbook.environment ?? null;
  if (asked !== null && own !== null && asked !== own)
    return err(`the input environment says ${asked}, and the playbook ${playbook.name} belongs to ${own}`);
  const said: readonly (readonly [string | null, string])[] = [
    [asked, 'the input `environment`'],
    [own, `\`environment\` of the playbook ${playbook.name}`],
  ];
  for (const [name, because] of said) {
    if (name === null) continue;
    if (environments.length > 0 && !environments.some((known) => known.name === name))
      return err(unknown(name, environments));
    return ok({ name, because });
  }
  const service = textOf(inputs['service']);
  const ways: readonly (readonly [keyof Environment & ('integrations' | 'routes' | 'services'), string, string])[] = [
    ...(integration === undefined ? [] : [['integrations', integration, 'integration'] as const]),
    ...routes.map((route) => ['routes', route, 'route'] as const),
    ...(service === null ? [] : [['services', service, 'service'] as const]),
  ];
  for (const [list, value, what] of ways) {
    const found = environments.find((one) => one[list]?.some((pattern) => matches(pattern, value)));
    if (found) return ok({ name: found.name, because: `the ${what} ${value}` });
  }
  return ok({ name: null, because: 'nothing says one' });
}

/** What is said of an environment that there is not. */
function unknown(name: string, environments: readonly Environment[]): string {
  const known = environments.map((one) => one.name);
  return `there is no environment ${name.slice(0, 80)}${nearest(name, known)}; there are ${known.join(', ')}`;
}

/** The environment of a step: its run's, or that of its target. The error: its target belongs to another one than its run. */
export function environmentOfStep(
  { environments }: Known,
  run: string | null,
  target: string | null,
): Result<PlacedEnvironment, string> {
  const owners =
    target === null ? [] : environments.filter(({ targets }) => targets?.some((pattern) => matches(pattern, target)));
  const [owner] = owners;
  if (!owner || owners.some(({ name }) => name === run))
    return ok({ name: run, because: 'the environment of its run' });
  if (run !== null) return err(`its target ${target} belongs to ${owner.name}, and the run is one of ${run}`);
  return ok({ name: owner.name, because: `the target ${target}` });
}

/** An environment by name. */
export const environmentCalled = ({ environments }: Known, name: string | null): Environment | undefined =>
  environments.find((one) => one.name === name);

/** Why something may not be used in an environment; null: it may. */
export function outsideOf(
  environment: Environment | undefined,
  used: { readonly secret?: string; readonly host?: string; readonly command?: string },
): string | null {
  if (!environment) return null;
  const { name, secrets, hosts, commands } = environment;
  const { secret, host, command } = used;
  if (secret !== undefined && secrets !== undefined && !secrets.includes(secret))
    return `the secret ${secret} is not among those of the environment ${name} (\`environments.${name}.secrets\`)`;
  if (host !== undefined && hosts !== undefined && !hosts.some((pattern) => matches(pattern, host)))
    return `the host ${host} is not among those of the environment ${name} (\`environments.${name}.hosts\`)`;
  if (command !== undefined && commands !== undefined && !commands.some((pattern) => matches(pattern, command)))
    return `the command ${command} is not among those of the environment ${name} (\`environments.${name}.commands\`)`;
  return null;
}
