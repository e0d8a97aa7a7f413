// What people order about versions of playbooks on the command line: register, promote, roll back, retire, and read all anew. Holds no rule.
import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ApiPlaybookVersion } from '../../contract/register.ts';
import type { Firebreak, Where } from '../session/firebreak.ts';
import { examples, jsonOption, reasonOption, serverOption, wholeNumber } from '../session/options.ts';
import { CliError, line, print, printJson } from '../session/output.ts';
import { order } from '../session/reach.ts';

type Json = { readonly json?: boolean };
type Because = Where & Json & { readonly reason: string };
type Only = { readonly input: string; readonly values: string[] };
type PromoteOptions = Because & {
  readonly to?: 'shadow' | 'canary' | 'live';
  readonly share?: number;
  readonly targets?: Only;
  readonly runs?: number;
  readonly explain?: string;
};

/** The shares that a canary goes through, in percent. */
const ramp = [5, 25, 100] as const;

const targets = (text: string): Only => {
  const at = text.indexOf('=');
  const values = text.slice(at + 1).split(',');
  if (at < 1 || values.some((value) => value === '')) throw new InvalidArgumentError('Write it as input=value,value.');
  return { input: text.slice(0, at), values };
};

/** Adds them below `playbooks`, and `reload`. */
export function addVersionOrders(program: Command, playbooks: Command): void {
  playbooks
    .command('register')
    .description('make a version known, as a draft; you answer for it, and somebody else promotes it')
    .argument('<file>', 'its file')
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('playbooks register playbooks/restart-service.yaml'))
    .action((file: string, options: Where & Json) =>
      order(options, async ({ api }) => {
        const version = await api.call('POST /playbook-versions', { body: { source: textOf(file), path: file } });
        said(version, options, `Registered: ${version.name} ${version.version}, as a ${version.stage}.`);
      }),
    );
  addPromote(playbooks);
  playbooks
    .command('rollback')
    .description('make a version live again that was live before; runs that are under way keep theirs')
    .argument('<playbook>', 'name of the playbook')
    .argument('[version]', 'a version number or digest (default: the one before)')
    .addOption(reasonOption().makeOptionMandatory())
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('playbooks rollback restart-service --reason "1.3.0 restarts the wrong service"'))
    .action((name: string, version: string | undefined, options: Because) =>
      order(options, async ({ api }) => {
        const body = { reason: options.reason, ...(version === undefined ? {} : { version }) };
        const live = await api.call('POST /playbooks/:name/rollback', { params: { name }, body });
        said(live, options, `Live again: ${live.name} ${live.version}.`);
      }),
    );
  playbooks
    .command('retire')
    .description('use a version for nothing new any more')
    .argument('<playbook>', 'name of the playbook')
    .argument('<version>', 'a version number or digest')
    .addOption(reasonOption().makeOptionMandatory())
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('playbooks retire restart-service 1.1.0 --reason "replaced by 1.2.0"'))
    .action((name: string, version: string, options: Because) =>
      order(options, async ({ api }) => {
        const body = { version, reason: options.reason };
        const retired = await api.call('POST /playbooks/:name/retire', { params: { name }, body });
        said(retired, options, `Retired: ${retired.name} ${retired.version}.`);
      }),
    );
  program
    .command('reload')
    .description('read playbooks, roles, access and silences anew without a restart; with any fault nothing changes')
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('reload', 'reload --server https://firebreak.example.com'))
    .action((options: Where & Json) =>
      order(options, async ({ api }) => {
        const reloaded = await api.call('POST /reload', {});
        if (options.json) return printJson(reloaded);
        for (const change of reloaded.changes) print(line(change, 1000));
        print(reloaded.changes.length === 0 ? 'Nothing is otherwise.' : 'Reloaded.');
      }),
    );
}

function addPromote(playbooks: Command): void {
  playbooks
    .command('promote')
    .description('bring a version on: draft -> shadow -> canary (5, 25, 100 %) -> live; it must pass its gates')
    .argument('<playbook>', 'name of the playbook')
    .argument('<version>', 'a version number or digest')
    .addOption(new Option('--to <stage>', 'default: the next one').choices(['shadow', 'canary', 'live']))
    .addOption(new Option('--share <percent>', 'of the incidents, for a canary').argParser(wholeNumber(1, 100)))
    .addOption(
      new Option('--targets <input=values>', 'a canary only where this input has one of these values').argParser(
        targets,
      ),
    )
    .addOption(
      new Option('--runs <number>', 'recorded runs that it is played against (default: 100)').argParser(
        wholeNumber(0, 1000),
      ),
    )
    .option('--explain <text>', 'why it is right that recorded runs would go another way where no step has changed')
    .addOption(reasonOption().makeOptionMandatory())
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'playbooks promote restart-service 1.3.0 --reason "looked at in review 812"',
        'playbooks promote restart-service 1.3.0 --to canary --share 25 --reason "a week without a finding"',
      ),
    )
    .action((name: string, version: string, options: PromoteOptions) =>
      order(options, async (firebreak) => {
        const { to, share } = await whereTo(firebreak, { name, version }, options);
        const body = {
          version,
          to,
          reason: options.reason,
          ...(share === undefined ? {} : { share }),
          ...(options.targets === undefined ? {} : { only: options.targets }),
          ...(options.runs === undefined ? {} : { runs: options.runs }),
          ...(options.explain === undefined ? {} : { explain: options.explain }),
        };
        const after = await firebreak.api.call('POST /playbooks/:name/promote', { params: { name }, body });
        const part = after.canary ? ` (${after.canary.share} %)` : '';
        said(after, options, `${after.name} ${after.version} is ${after.stage}${part}.`);
      }),
    );
}

/** The stage that is meant: the one that is named, else the next one, a canary first through its ramp. */
async function whereTo(
  { api }: Pick<Firebreak, 'api'>,
  { name, version }: { readonly name: string; readonly version: string },
  { to, share }: Pick<PromoteOptions, 'to' | 'share'>,
): Promise<{ readonly to: 'shadow' | 'canary' | 'live'; readonly share?: number | undefined }> {
  if (to !== undefined) return { to, share };
  if (share !== undefined) return { to: 'canary', share };
  const { items } = await api.call('GET /playbooks/:name/versions', { params: { name } });
  const known = items.find((one) => one.version === version || one.digest.replace('sha256:', '').startsWith(version));
  switch (known?.stage) {
    case 'shadow':
      return { to: 'canary', share: ramp[0] };
    case 'canary': {
      const wider = ramp.find((one) => one > (known.canary?.share ?? 0));
      return wider === undefined ? { to: 'live' } : { to: 'canary', share: wider };
    }
    case 'live':
      return { to: 'live' };
    default:
      return { to: 'shadow' };
  }
}

function said(version: ApiPlaybookVersion, { json }: Json, text: string): void {
  if (json) printJson(version);
  else print(line(text, 1000));
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CliError('not_found', `${line(file)} cannot be read: ${line((error as Error).message)}`);
  }
}
