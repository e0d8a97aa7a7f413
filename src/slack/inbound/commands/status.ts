// The command `status`. Holds no rule.
import { leadOf } from '../../../core/incident/state.ts';
import { isTerminal } from '../../../core/run/state.ts';
import { userMention } from '../../identity.ts';
import { pinnedPlaybook } from '../../outbound/shown-beside.ts';
import { code, oneLine, when } from '../../text.ts';
import { severityText } from '../../views/incident-card.ts';
import { runTitle } from '../../views/run-message.ts';
import { incidentWords, runWords, stateText } from '../../views/states.ts';
import { allWaitLines, haltLine, haltsOf } from '../../views/wait-lines.ts';
import { runMeant } from '../run-meant.ts';
import { type CommandCall, defineCommand, type InboundContext } from '../surface.ts';

/** The command. */
export const status = defineCommand({
  name: 'status',
  usage: 'status [RUN]',
  about: 'where a run stands and what it waits for',
  group: 'Look',
  right: 'view',
  where: 'anywhere',
  async run(call, context) {
    const meant = await runMeant(call, context);
    if (!meant) return withoutRun(call, context);
    const { run } = meant;
    const switches = isTerminal(run.status) ? [] : context.operations.killSwitches();
    const playbook = await pinnedPlaybook(context.versions, run.playbook.digest);
    const waits = [...haltsOf(run.playbook.name, switches).map(haltLine), ...allWaitLines(run, playbook)];
    return [
      `${runTitle(run)}: ${stateText(runWords(run))}  ·  ${code(run.runId)}`,
      ...waits.map((line) => `• ${line}`),
    ].join('\n');
  },
});

/** What is said where no run is meant: how the incident of the channel stands, or how to name one. */
function withoutRun({ words, incident }: CommandCall, { command }: InboundContext): string {
  if (words.length > 0) return 'There is no such run here.';
  if (!incident) return `Say which run: \`${command} status RUN\`; in the channel of an incident it is its last one.`;
  const { number, title, severity, openedAt } = incident;
  const lead = leadOf(incident);
  const facts = [
    `*#${number} ${oneLine(title, 200)}*`,
    severityText(severity),
    stateText(incidentWords(incident)),
    `opened ${when(openedAt)}`,
    lead === null ? 'no lead' : `lead: ${userMention(lead)}`,
    'no playbook has run for it',
  ];
  return facts.join('  ·  ');
}
