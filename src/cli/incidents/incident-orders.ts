// `incidents declare|note|sev|role|ack|update|mitigate|invite|uninvite|merge|split|resolve|reopen|close`: people's work on incidents without Slack. Holds no rule.
import { type Command, InvalidArgumentError } from 'commander';
import type { ApiClient } from '../../client/api-client.ts';
import type { ApiIncident } from '../../contract/incident.ts';
import type { Where } from '../session/firebreak.ts';
import { incidentIdOf } from '../session/ids.ts';
import { examples, jsonOption, reasonOption, serverOption } from '../session/options.ts';
import { line, print, printJson } from '../session/output.ts';
import { order } from '../session/reach.ts';

type Options = Where & { json?: boolean; title?: string; reason?: string };

/** Adds the orders below `incidents`. */
export function addIncidentOrders(incidents: Command): void {
  addDeclare(incidents);
  addWords(incidents);
  addPeople(incidents);
  addAlerts(incidents);
  addEnds(incidents);
}

/** A level as people write it: `2` or `sev2`. */
function severity(text: string): number {
  const level = /^(?:sev)?([1-4])$/i.exec(text)?.[1];
  if (level === undefined) throw new InvalidArgumentError('It must be 1 (worst) to 4.');
  return Number(level);
}

/** Completes a command that does something with one incident. */
function onIncident(
  command: Command,
  lines: readonly string[],
  work: (api: ApiClient, id: string, said: readonly string[], options: Options) => Promise<[ApiIncident, string]>,
): void {
  command
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples(...lines))
    // Commander gives the arguments, then the options, then the command.
    .action((text: string, ...rest: readonly unknown[]) => {
      const options = rest.at(-2) as Options;
      const said = rest.slice(0, -2).flat().map(String);
      return order(options, async ({ api }) => {
        const [incident, told] = await work(api, await incidentIdOf(api, text), said, options);
        if (options.json) printJson(incident);
        else print(told);
      });
    });
}

const called = ({ number, title }: ApiIncident) => `#${number} ${line(title, 100)}`;

function addDeclare(incidents: Command): void {
  incidents
    .command('declare')
    .description('open an incident by hand')
    .argument('<title>', 'what is wrong')
    .option('--sev <level>', 'severity, 1 (worst) to 4', severity, 3)
    .option('--service <name>', 'what it is about')
    .option('--private', 'only its members know of it: you, and those of --member')
    .option('--member <name...>', 'of a private incident: Slack user id, name under people:, @role, token:NAME')
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'incidents declare "checkout is slow" --sev 2 --service checkout',
        'incidents declare "somebody reads the pay-roll" --private --member @security',
      ),
    )
    .action((title: string, options: Options & { sev: number; service?: string; private?: true; member?: string[] }) =>
      order(options, async ({ api }) => {
        const { sev, service, private: isPrivate, member: members } = options;
        const body = { title, severity: sev, service, private: isPrivate, members };
        const incident = await api.call('POST /incidents', { body });
        const kind = incident.private ? ', private' : '';
        if (options.json) printJson(incident);
        else print(`Declared: ${called(incident)} (SEV${incident.severity}${kind}).`);
      }),
    );
}

function addWords(incidents: Command): void {
  const command = commandsOn(incidents);
  onIncident(
    command('ack', 'say that somebody is at it').addOption(reasonOption()),
    ['incidents ack 7'],
    async ({ call }, id, _, { reason }) => {
      const incident = await call('POST /incidents/:id/acknowledge', { params: { id }, body: { reason } });
      return [incident, `Acknowledged: ${called(incident)}.`];
    },
  );
  onIncident(
    command('note', 'write a note into the timeline').argument('<text>', 'what is to be remembered'),
    ['incidents note 7 "the queue drains again"'],
    async ({ call }, id, [text = '']) => {
      const incident = await call('POST /incidents/:id/note', { params: { id }, body: { text } });
      return [incident, `Noted in ${called(incident)}.`];
    },
  );
  onIncident(
    command('sev', 'change the severity').argument('<level>', '1 (worst) to 4', severity).addOption(reasonOption()),
    ['incidents sev 7 1 --reason "customers cannot pay"'],
    async ({ call }, id, [level], { reason }) => {
      const body = { severity: Number(level), reason };
      const incident = await call('POST /incidents/:id/severity', { params: { id }, body });
      return [incident, `SEV${incident.severity}: ${called(incident)}.`];
    },
  );
  onIncident(
    command('update', 'tell people outside how it stands').argument('<text>', 'how it stands'),
    ['incidents update 7 "payments work again, we watch them"'],
    async ({ call }, id, [text = '']) => {
      const incident = await call('POST /incidents/:id/update', { params: { id }, body: { text } });
      return [incident, `Told of ${called(incident)}.`];
    },
  );
  onIncident(
    command('mitigate', 'say that it does no more harm, and is not over').addOption(reasonOption()),
    ['incidents mitigate 7 --reason "traffic goes to the other region"'],
    async ({ call }, id, _, { reason }) => {
      const incident = await call('POST /incidents/:id/mitigate', { params: { id }, body: { reason } });
      return [incident, `Mitigated: ${called(incident)}.`];
    },
  );
}

/** Commands that name an incident first. */
const commandsOn = (incidents: Command) => (name: string, about: string) =>
  incidents.command(name).description(about).argument('<incident>', 'number or id');

function addPeople(incidents: Command): void {
  const command = commandsOn(incidents);
  for (const [name, about, told] of [
    ['invite', 'let somebody know of a private incident', 'may know of'],
    ['uninvite', 'let somebody know of a private incident no more', 'may not know any more of'],
  ] as const)
    onIncident(
      command(name, about).argument('<member...>', 'Slack user id, name under people:, @role or token:NAME'),
      [`incidents ${name} 7 U012ABCDEF @security`],
      async ({ call }, id, members) => {
        const incident = await call(`POST /incidents/:id/${name}`, { params: { id }, body: { members: [...members] } });
        return [incident, `${members.map((one) => line(one)).join(', ')} ${told} ${called(incident)}.`];
      },
    );
  onIncident(
    command('role', 'give a role to somebody')
      .argument('<role>', 'such as commander')
      .argument('<user>', 'Slack user id, or a name'),
    ['incidents role 7 commander U012ABCDEF'],
    async ({ call }, id, [role = '', user = '']) => {
      const incident = await call('POST /incidents/:id/roles', { params: { id }, body: { role, user } });
      return [incident, `${line(role)} of ${called(incident)}: ${line(user)}.`];
    },
  );
}

function addAlerts(incidents: Command): void {
  const command = commandsOn(incidents);
  onIncident(
    command('merge', 'end an incident in another one, which goes on').argument('<into>', 'number or id of that one'),
    ['incidents merge 8 7'],
    async (api, id, [into = '']) => {
      const body = { into: await incidentIdOf(api, into) };
      const incident = await api.call('POST /incidents/:id/merge', { params: { id }, body });
      return [incident, `Merged into ${called(incident)}, which goes on.`];
    },
  );
  onIncident(
    command('split', 'take alerts out of an incident that are another problem')
      .argument('<fingerprint...>', 'of the alerts that leave')
      .option('--title <title>', 'of the new incident (default: as its first alert is called)'),
    ['incidents split 8 prod/5c1f0c2a9b7e4d31', 'incidents split 8 a1 a2 --title "The cache is full"'],
    async ({ call }, id, alerts, { title }) => {
      const body = { alerts: [...alerts], ...(title === undefined ? {} : { title }) };
      const incident = await call('POST /incidents/:id/split', { params: { id }, body });
      return [incident, `${called(incident)} goes on with ${alerts.length} alert(s).`];
    },
  );
}

function addEnds(incidents: Command): void {
  const ends = {
    resolve: ['say that it is over', 'the deploy was rolled back', 'Resolved'],
    reopen: ['say that it is not over after all', 'it is back', 'Open again'],
    close: ['close it for good', 'nothing is left to do', 'Closed'],
  } as const;
  for (const name of ['resolve', 'reopen', 'close'] as const) {
    const [about, example, told] = ends[name];
    onIncident(
      incidents
        .command(name)
        .description(about)
        .argument('<incident>', 'number or id')
        .addOption(reasonOption().makeOptionMandatory()),
      [`incidents ${name} 7 --reason "${example}"`],
      async ({ call }, id, _, { reason = '' }) => {
        const incident = await call(`POST /incidents/:id/${name}`, { params: { id }, body: { reason } });
        return [incident, `${told}: ${called(incident)}.`];
      },
    );
  }
}
