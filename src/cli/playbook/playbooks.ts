// `firebreak playbooks`: versions of playbooks with their stages, what differs between two, and what was live when. Holds no rule.
import { type Command, Option } from 'commander';
import type { ApiPlaybookStages, ApiShadow } from '../../contract/change-control.ts';
import type { ApiPlaybookVersion } from '../../contract/register.ts';
import { actorName } from '../../core/timeline/actor-name.ts';
import { partText } from '../../core/timeline/describe-playbook-life.ts';
import type { Where } from '../session/firebreak.ts';
import { examples, instant, jsonOption, serverOption } from '../session/options.ts';
import { type Cell, line, paint, print, printJson, say, table } from '../session/output.ts';
import { ask } from '../session/reach.ts';
import { addVersionOrders } from './version-orders.ts';

type Json = { readonly json?: boolean };

/** A digest as people compare it. */
export const shortDigest = (digest: string): string => digest.slice('sha256:'.length, 'sha256:'.length + 12);

/** Adds `playbooks [list|show|diff|register|promote|rollback|retire]` and `reload`. */
export function addPlaybookVersions(program: Command): void {
  const playbooks = program
    .command('playbooks')
    .description('versions of playbooks: which is live, a canary, in shadow; promote one, or take it back');
  playbooks
    .command('list', { isDefault: true })
    .description('every playbook that is known, with its live version and those that are tried')
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('playbooks', 'playbooks list --json'))
    .action((options: Where & Json) =>
      ask(options, async ({ api }) => {
        const page = await api.call('GET /playbook-stages', {});
        if (options.json) return printJson(page);
        if (page.items.length === 0) return say('Nothing is recorded of any playbook yet.');
        print(table(['PLAYBOOK', 'LIVE', 'CANARY', 'SHADOW', 'DRAFTS'], page.items.map(stagesRow)));
      }),
    );
  addShow(playbooks);
  addDiff(playbooks);
  addVersionOrders(program, playbooks);
}

function stagesRow({ playbook, live, canary, shadow, drafts }: ApiPlaybookStages): readonly Cell[] {
  return [
    playbook,
    live ? live.version : { text: 'none', colour: 'warning' },
    canary ? `${canary.version} (${canary.share} %)` : '',
    shadow?.version ?? '',
    drafts.map(({ version }) => version).join(', '),
  ];
}

function addShow(playbooks: Command): void {
  playbooks
    .command('show')
    .description('the versions of a playbook, with who answers for each and why it is where it is')
    .argument('<playbook>', 'name of the playbook')
    .addOption(new Option('--at <time>', 'what was live then, and what had happened until then').argParser(instant))
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('playbooks show restart-service', 'playbooks show restart-service --at 2h'))
    .action((name: string, options: Where & Json & { at?: string }) =>
      ask(options, async ({ api }) => {
        const params = { name };
        const query = options.at === undefined ? {} : { at: options.at };
        const life = await api.call('GET /playbooks/:name/life', { params, query });
        const { items: versions } = await api.call('GET /playbooks/:name/versions', { params });
        const shadow = await api.call('GET /playbooks/:name/shadow', { params });
        if (options.json) return printJson({ ...life, versions, shadow });
        const live = life.live ? `${life.live.version} (${shortDigest(life.live.digest)})` : 'no version';
        print(`${options.at === undefined ? 'Live' : `Live at ${life.at}`}: ${live}`);
        if (options.at === undefined) {
          print(`\n${table(['VERSION', 'DIGEST', 'STAGE', 'AUTHOR', 'SINCE', 'WHY'], versions.map(versionRow))}`);
        }
        if (options.at === undefined) printShadow(shadow);
        print('');
        for (const { at, text } of life.items) print(`${paint('dim', at)}  ${line(text, 1000)}`);
      }),
    );
}

function printShadow({ version, decided, different, items }: ApiShadow): void {
  if (version === null) return;
  print(`\nIn shadow ${version.version}: ${decided} trigger(s) decided, ${different} otherwise than the live version.`);
  for (const { number, at, differences } of items.slice(0, 10))
    print(`  ${paint('dim', at)}  #${number}  ${line(differences.join('; '), 600)}`);
}

function versionRow(version: ApiPlaybookVersion): readonly Cell[] {
  const { stage, canary, author, stageSince, since, reason } = version;
  const part = canary ? ` (${partText({ share: canary.share, ...(canary.only ? { only: canary.only } : {}) })})` : '';
  return [
    version.version,
    shortDigest(version.digest),
    { text: `${stage ?? 'unknown'}${part}`, colour: stage === 'live' ? 'good' : 'neutral' },
    author ? line(actorName({ ...author, name: author.name ?? author.id }), 60) : 'nobody',
    stageSince ?? since,
    line(reason ?? '', 200),
  ];
}

function addDiff(playbooks: Command): void {
  playbooks
    .command('diff')
    .description('what differs between two versions; a higher risk and a loosened approval stand out')
    .argument('<playbook>', 'name of the playbook')
    .argument('[from]', 'a version number or digest (default: the live one)')
    .argument('[to]', 'another one (default: the newest)')
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('playbooks diff restart-service', 'playbooks diff restart-service 1.2.0 1.3.0'))
    .action((name: string, from: string | undefined, to: string | undefined, options: Where & Json) =>
      ask(options, async ({ api }) => {
        const query = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
        const diff = await api.call('GET /playbooks/:name/diff', { params: { name }, query });
        if (options.json) return printJson(diff);
        print(
          `${diff.from.version} (${shortDigest(diff.from.digest)}) -> ${diff.to.version} (${shortDigest(diff.to.digest)})`,
        );
        if (diff.changes.length === 0) return say('They do the same.');
        for (const { step, text, grave } of diff.changes) {
          const said = `${step === null ? 'playbook' : `step ${step}`}: ${line(text, 1000)}`;
          print(grave ? paint('bad', `! ${said}`) : `  ${said}`);
        }
      }),
    );
}
