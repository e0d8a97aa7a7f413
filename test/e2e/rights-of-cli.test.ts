// The rights table of the command line: every command that asks or orders a Firebreak, over the network with tokens, and on the
// database as the user of this machine. Each holder holds one right, and `view` besides, because a command looks before it orders.
// Whoever lacks the right is told its name and changes nothing. The table is printed.
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Argument, Command } from 'commander';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Failure, failureOf } from '../../src/cli/session/failure.ts';
import { createProgram } from '../../src/cli/session/program.ts';
import { type NeededRight, Right } from '../../src/core/authority/right.ts';
import { type RightsWorld, startRightsWorld } from '../support/cluster/rights-world.ts';
import { type Holding, type RightsRow, rightsTable, suffices } from '../support/given/rights-table.ts';

const columns: readonly Holding[] = ['nothing', ...Right.options, 'approve'];
const heldBy = (holding: Holding): readonly Right[] =>
  Right.options.filter((right) => holding !== 'nothing' && (right === holding || right === 'view'));

/** Commands that need no Firebreak, and those that read the files of the database, which whoever may open them may read. */
const apart = new Set([
  ...['serve', 'demo', 'migrate', 'validate', 'schema', 'plan', 'test', 'alert send', 'doctor', 'completion'],
  ...['init', 'slack manifest', 'slack ids', 'policy test'],
  ...['audit verify', 'replay', 'archive', 'backup', 'restore', 'import alertmanager'],
]);

/** The right that each command needs; null: none. A command that is not here fails the test. */
const needs: { readonly [path: string]: NeededRight | null } = {
  run: 'start',
  'runs list': 'view',
  'runs show': 'view',
  'incidents list': 'view',
  'incidents show': 'view',
  'incidents declare': 'respond',
  'incidents ack': 'respond',
  'incidents note': 'respond',
  'incidents update': 'respond',
  'incidents mitigate': 'respond',
  'incidents invite': 'respond',
  'incidents uninvite': 'respond',
  'incidents sev': 'respond',
  'incidents role': 'respond',
  'incidents merge': 'respond',
  'incidents split': 'respond',
  'incidents resolve': 'respond',
  'incidents reopen': 'respond',
  'incidents close': 'respond',
  'postmortem show': 'view',
  'postmortem export': 'view',
  'postmortem edit': 'respond',
  'postmortem status': 'respond',
  'postmortem review': 'respond',
  'actions list': 'view',
  'actions add': 'respond',
  'actions done': 'respond',
  'actions drop': 'respond',
  'approvals list': 'view',
  'approvals show': 'view',
  'approvals ask': 'attend',
  'approvals delegate': 'attend',
  'approvals remind': 'attend',
  'approvals refresh': 'attend',
  approve: 'approve',
  deny: 'approve',
  'break-glass': 'bypass',
  pause: 'order',
  resume: 'order',
  retry: 'order',
  compensate: 'order',
  cancel: 'order',
  done: 'order',
  signal: 'order',
  halt: 'operate',
  release: 'operate',
  halted: 'view',
  'timeline export': 'view',
  register: 'view',
  slo: 'view',
  stuck: 'view',
  'playbooks list': 'view',
  'playbooks show': 'view',
  'playbooks diff': 'view',
  'playbooks register': 'design',
  'playbooks promote': 'design',
  'playbooks rollback': 'design',
  'playbooks retire': 'design',
  reload: 'design',
  'policy list': 'view',
  'policy explain': 'view',
  'policy diff': 'design',
  'freezes list': 'view',
  'freezes except': 'bypass',
  'trust list': 'view',
  'trust lower': 'operate',
  'trust raise': 'design',
  'trust review': 'design',
  whoami: null,
  'access check': 'administer',
  'access list': 'administer',
  explain: 'view',
  'alerts list': 'view',
  'alerts show': 'view',
  'deliveries list': 'view',
  'deliveries show': 'operate',
  'deliveries replay': 'operate',
  'silence list': 'view',
  'silence preview': 'view',
  'silence create': 'operate',
  'silence expire': 'operate',
  'window list': 'view',
  oncall: 'view',
  schedules: 'view',
  drill: 'start',
  insights: 'view',
  digest: 'view',
  'window create': 'operate',
  'window remove': 'operate',
  'tokens list': 'administer',
  'tokens create': 'administer',
  'tokens revoke': 'administer',
  'sessions list': 'administer',
  'sessions revoke': 'administer',
  'passkeys list': null,
  'passkeys confirm': 'administer',
  'passkeys remove': null,
  'record accept-restore': 'administer',
  redact: 'administer',
};

let world: RightsWorld;
const tokens = new Map<Holding, string>();
const configurations = new Map<Holding, string>();

beforeAll(async () => {
  world = await startRightsWorld();
  for (const holding of columns) {
    const token = heldBy(holding).filter((right) => right !== 'bypass');
    tokens.set(holding, await world.tokenOf(holding, token));
    configurations.set(holding, world.configuration(`${holding}.yaml`, limitedTo(holding)));
  }
});
afterAll(() => world.close());
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** Settings under which the user of this machine holds that and nothing else. */
function limitedTo(holding: Holding): string {
  const nobody = Right.options.map((right) => `${right}: []`).join(', ');
  const deciders = holding === 'approve' ? 'people: [me]' : 'users: [U0NOBODY]';
  return `people: { me: { local: ${JSON.stringify(userInfo().username)} } }
roles: { deciders: { ${deciders} } }
access: { ${nobody}, local: [${heldBy(holding).join(', ')}] }
`;
}

type Leaf = { readonly path: string; readonly command: Command };
const leavesOf = (command: Command, path = ''): readonly Leaf[] =>
  command.commands.length === 0
    ? [{ path, command }]
    : command.commands.flatMap((child) => leavesOf(child, `${path} ${child.name()}`.trim()));

/** The words of a command, so that it would do something. */
function wordsOf({ path, command }: Leaf): readonly string[] {
  const { run, approval, planDigest } = world.place;
  const words: { readonly [argument: string]: string } = {
    ...{ question: 'is it safe?', who: '@deciders' },
    ...{ run, approval, incident: '1', into: '1', playbook: 'held', title: 'asked', text: 'a note', level: '2' },
    // Here nobody sends anything.
    ...{ delivery: `dlv_${'0'.repeat(26)}`, group: `grp_${'0'.repeat(26)}` },
    ...{ stream: 'system', seq: '1' },
    ...{ version: '1.0.0', from: '1.0.0', to: '1.0.0', file: join(world.playbooks, 'held.yaml') },
    ...{ matchers: 'service=checkout', id: path.startsWith('actions') ? '1-1' : 'sil_none', fingerprint: 'none' },
    ...{ right: 'view', status: 'draft', verdict: 'approve', kind: 'daily' },
    ...{
      role: 'lead',
      user: path === 'access check' ? 'U0BEN' : 'ana',
      member: 'U0BEN',
      name: path === 'signal' ? 'later' : 'made',
    },
  };
  const wordOf = (argument: Argument) => {
    const word = words[argument.name()];
    if (word === undefined) throw new Error(`the table has no word for <${argument.name()}> of ${path}`);
    return word;
  };
  const options = command.options.filter(({ mandatory }) => mandatory).flatMap(({ long }) => [long ?? '', 'a reason']);
  const plan = ['approve', 'break-glass'].includes(path) ? ['--plan', planDigest] : [];
  const alert = path === 'explain' ? ['--alert', 'none'] : [];
  const end = command.options.some(({ long }) => long === '--for') ? ['--for', '1h'] : [];
  const where = path === 'redact' ? ['--path', '/reason'] : [];
  const version = command.options.some(({ long }) => long === '--expect-version') ? ['--expect-version', '0'] : [];
  const given = command.registeredArguments.map(wordOf);
  return [...path.split(' '), ...given, ...options, ...plan, ...alert, ...end, ...where, ...version, '--json'];
}

/** Runs a command as the program would, in this process; null: it did what it was asked. */
async function failureIn(words: readonly string[], env: { readonly [name: string]: string }): Promise<Failure | null> {
  for (const name of ['DATABASE_URL', 'FIREBREAK_TOKEN', 'FIREBREAK_API_TOKEN']) vi.stubEnv(name, undefined);
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const quiet = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')];
  for (const spy of quiet) spy.mockReturnValue(true);
  try {
    await (await createProgram(words)).parseAsync([...words], { from: 'user' });
    return null;
  } catch (error) {
    return failureOf(error);
  } finally {
    for (const spy of quiet) spy.mockRestore();
    vi.unstubAllEnvs();
    // Of the command, not of this process.
    process.exitCode = undefined;
  }
}

type Ways = (holding: Holding) => {
  readonly more: readonly string[];
  readonly env: { readonly [name: string]: string };
};
/** Who tries the nth command, which needs that right. */
type Tried = (right: NeededRight | null, n: number) => readonly Holding[];
const everybody: Tried = () => columns;
/** The same rule judges here and over the network, where everybody tries: here those who hold nothing, the right itself, and one other in turn. */
const someOfThem: Tried = (right, n) =>
  columns.filter((one, at) => one === 'nothing' || suffices(one, right) || at === n % columns.length);
const overTheNetwork: Ways = (holding) => ({
  more: ['--server', world.firebreak.url()],
  env: { FIREBREAK_TOKEN: tokens.get(holding) ?? '' },
});
/** The living server wants a token, so whoever shows none looks into its database. */
const onTheDatabase: Ways = (holding) => ({
  more: [],
  env: {
    FIREBREAK_DATA_DIR: world.firebreak.dataDir,
    FIREBREAK_CONFIG: configurations.get(holding) ?? '',
    FIREBREAK_PLAYBOOKS: world.playbooks,
  },
});

/** What an order that is allowed may still be told: things are not so that it could be carried out. */
const inVain = new Set(['wrong_state', 'already_decided', 'invalid', 'conflict']);
const isInVain = (path: string, code: string) =>
  inVain.has(code) ||
  (/^(deliveries |alerts |explain|silence |window |sessions |passkeys |incidents split|policy explain|playbooks )/.test(
    path,
  ) &&
    code === 'not_found');

/** Lets holders use every command; a row for each. */
async function used(ways: Ways, triedBy: Tried): Promise<readonly RightsRow[]> {
  const leaves = leavesOf(await createProgram()).filter(({ path }) => !apart.has(path));
  const tried = (leaf: Leaf, holding: Holding) => {
    const { more, env } = ways(holding);
    return failureIn([...wordsOf(leaf), ...more], env);
  };
  const before = await world.changes();
  const rows = leaves.map((leaf, n) => {
    const right = rightOf(leaf);
    return { leaf, right, holdings: triedBy(right, n), may: new Map<Holding, boolean>() };
  });
  for (const { leaf, right, holdings, may } of rows)
    for (const holding of holdings.filter((one) => !mayUse(one, right))) {
      expect(await tried(leaf, holding), `${leaf.path} with ${holding}`).toMatchObject({
        code: 'not_allowed',
        // Whoever may not look is not told what else is missing.
        right: holding === 'nothing' ? expect.stringMatching(`^(view|${right})$`) : right,
      });
      may.set(holding, false);
    }
  expect(await world.changes()).toEqual(before);
  for (const { leaf, right, holdings, may } of rows)
    for (const holding of holdings.filter((one) => mayUse(one, right))) {
      const failure = await tried(leaf, holding);
      const isCarriedOut = failure === null || isInVain(leaf.path, failure.code);
      expect(isCarriedOut, `${leaf.path} with ${holding}: ${failure?.message}`).toBe(true);
      may.set(holding, true);
    }
  return rows.map(({ leaf: { path }, may }) => ({ surface: path, may }));
}

function rightOf({ path }: Leaf): NeededRight | null {
  const right = needs[path];
  if (right === undefined) throw new Error(`\`${path}\` is not in the table: say which right it needs`);
  return right;
}

const mayUse = (holding: Holding, right: NeededRight | null) =>
  suffices(holding, right) || heldBy(holding).some((held) => held === right);

describe('who may use which command: exactly those who hold its right, and others change nothing', () => {
  it('over the network, as a token', async () => {
    console.log(rightsTable('command --server, token:…', columns, await used(overTheNetwork, everybody)));
  }, 300_000);

  it('on the database, as the user of this machine', async () => {
    console.log(rightsTable('command, local:NAME', columns, await used(onTheDatabase, someOfThem)));
  }, 300_000);
});
