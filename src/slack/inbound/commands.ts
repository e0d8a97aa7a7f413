// The slash command: words to orders, answers to the person who typed. Holds no rule.
import type { App } from '@slack/bolt';
import type { People } from '../../core/authority/membership.ts';
import { nearest } from '../../core/playbook/suggest.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Result } from '../../core/result.ts';
import { waitingFor } from '../../core/run/owed.ts';
import { isTerminal } from '../../core/run/state.ts';
import type { PlaybookCatalog } from '../../ports/ledger.ts';
import type { Operations, RunOrder } from '../../ports/operations.ts';
import type { IncidentRow, ReadModels } from '../../ports/reads.ts';
import { isUserId, slackPrincipal } from '../identity.ts';
import { code, oneLine } from '../text.ts';
import { statusText } from '../views/run-message.ts';
import { haltLine, haltsOf, waitLine } from '../views/wait-lines.ts';
import { type AnswerDeps, answer } from './answers.ts';
import { type CommandCall, refused, type SlashCommand, words } from './command.ts';
import { haltCommands } from './commands/halt.ts';
import { standing } from './interactions.ts';
import type { AskInputs } from './modal.ts';

/** What commands need. */
export type CommandsDeps = AnswerDeps & {
  readonly operations: Operations;
  readonly reads: ReadModels;
  readonly catalog: PlaybookCatalog;
  readonly command: string;
  readonly publicUrl: string;
  /** Puts the exported timeline into the channel; answers what to tell. */
  readonly exportTo: (channelId: string, incidentId: string) => Promise<string>;
  readonly askInputs: AskInputs;
  readonly people: People;
};

/** Registers the command. */
export function addCommands(app: App, deps: CommandsDeps): void {
  const commands = commandsOf(deps);
  app.command(deps.command, ({ ack, command, respond }) => {
    const [name = 'help', ...rest] = words(command.text ?? '');
    const known = Object.hasOwn(commands, name) ? commands[name] : undefined;
    const near = nearest(name, Object.keys(commands));
    return answer(deps, {
      ...{ ack, respond },
      async work() {
        if (!known) return `There is no \`${oneLine(name, 40)}\`${near}. Try \`${deps.command} help\`.`;
        const user = { id: command.user_id, name: command.user_name };
        const caller = { principal: slackPrincipal(user, deps.people), cause: `slack/${command.trigger_id}` };
        const incident = await deps.reads.incidentByChannel(command.channel_id);
        const { channel_id: channelId, trigger_id: triggerId } = command;
        return known.run({ words: rest, caller, incident, channelId, triggerId });
      },
    });
  });
}

function commandsOf(deps: CommandsDeps): { readonly [name: string]: SlashCommand } {
  const { operations, reads, catalog } = deps;

  /** The run that is meant: the one named, else the latest of the channel's incident. */
  async function runOf({ words: [id], incident }: CommandCall): Promise<string | null> {
    if (id?.startsWith('run_')) return id;
    return incident ? ((await reads.runsOfIncident(incident.id)).at(-1)?.state.runId ?? null) : null;
  }

  const orderOf = (order: RunOrder, about: string): SlashCommand => ({
    usage: order === 'retry' || order === 'done' ? `${order} [RUN] [STEP]` : `${order} [RUN]`,
    about,
    async run(call) {
      const runId = await runOf(call);
      if (!runId) return `Say which run: \`${deps.command} ${order} run_…\`.`;
      const step = call.words.find((word) => !word.startsWith('run_'));
      const result = await operations.orderRun({
        ...call.caller,
        runId,
        order,
        ...(step === undefined ? {} : { step }),
      });
      if (!result.ok) return refused(result.error);
      return `Ordered: ${order} of ${code(runId)}. The run is ${statusText(result.value)}.`;
    },
  });

  const decisionOf = (decision: 'approve' | 'deny'): SlashCommand => ({
    usage: `${decision} [APPROVAL]`,
    about: `${decision} what a run waits for`,
    async run(call) {
      const open = call.incident
        ? (await reads.runsOfIncident(call.incident.id))
            .flatMap(({ state }) => Object.values(state.approvals))
            .filter(({ status }) => status === 'open')
        : [];
      const approvalId = call.words[0] ?? (open.length === 1 ? open[0]?.id : undefined);
      if (!approvalId)
        return open.length > 1
          ? `Say which: ${open.map(({ id, step }) => `${code(id)} (${oneLine(step)})`).join(', ')}.`
          : 'Nothing waits for approval here.';
      const decided = await operations.decideApproval({
        ...call.caller,
        approvalId,
        decision,
        planDigest: open.find(({ id }) => id === approvalId)?.planDigest ?? '',
      });
      if (!decided.ok) return refused(decided.error);
      return `Recorded: ${standing(decided.value.approval)}.`;
    },
  });

  const onIncident = (
    usage: string,
    about: string,
    run: (call: CommandCall, incident: IncidentRow) => Promise<Result<unknown, Refusal> | string>,
  ): SlashCommand => ({
    usage,
    about,
    async run(call) {
      if (!call.incident) return 'This works in the channel of an incident.';
      const result = await run(call, call.incident);
      if (typeof result === 'string') return result;
      if (!result.ok) return refused(result.error);
      return 'Done.';
    },
  });

  const commands: { readonly [name: string]: SlashCommand } = {
    help: {
      usage: 'help',
      about: 'this list',
      run: async () =>
        Object.values(commands)
          .map(({ usage, about }) => `\`${deps.command} ${usage}\` – ${about}`)
          .join('\n'),
    },
    list: {
      usage: 'list',
      about: 'the playbooks',
      run: async () =>
        catalog
          .all()
          .map(({ name, version, description }) => `• ${code(name)} ${version} – ${oneLine(description, 150)}`)
          .join('\n') || 'There are no playbooks.',
    },
    run: {
      usage: 'run PLAYBOOK [name=value ...]',
      about: 'start a playbook',
      async run({ words: [playbook, ...pairs], caller, incident, triggerId, channelId }) {
        if (!playbook)
          return `Say which playbook: ${catalog
            .all()
            .map(({ name }) => code(name))
            .join(', ')}.`;
        const inputs = Object.fromEntries(
          pairs.map((pair) => [pair.split('=')[0] ?? '', pair.slice(pair.indexOf('=') + 1)]),
        );
        const result = await operations.startRun({ ...caller, playbook, inputs, incidentId: incident?.id ?? null });
        if (result.ok) return `Started ${code(result.value.run.runId)} of ${oneLine(playbook)}.`;
        if (result.error.code !== 'invalid' || !result.error.faults) return refused(result.error);
        const { faults } = result.error;
        const asked = await deps.askInputs({ triggerId, channelId, playbook, given: inputs, faults });
        return asked ? '' : refused(result.error);
      },
    },
    status: {
      usage: 'status [RUN]',
      about: 'where a run stands and what it waits for',
      async run(call) {
        const id = await runOf(call);
        const row = id ? await reads.run(id) : null;
        if (!row) return 'There is no such run here.';
        const { state } = row;
        const halts = haltsOf(state.playbook.name, isTerminal(state.status) ? [] : operations.killSwitches());
        return [
          `${code(state.runId)} of ${oneLine(state.playbook.name)}: *${statusText(state)}*`,
          ...[...halts.map(haltLine), ...waitingFor(state).map(waitLine)].map((line) => `• ${line}`),
        ].join('\n');
      },
    },
    retry: orderOf('retry', 'try again what failed'),
    compensate: orderOf('compensate', 'undo the completed steps in reverse order'),
    cancel: orderOf('cancel', 'stop a run'),
    pause: orderOf('pause', 'start nothing new in a run'),
    resume: orderOf('resume', 'go on with a paused run'),
    done: orderOf('done', 'say that a step of unknown outcome did take effect'),
    signal: {
      usage: 'signal [RUN] NAME',
      about: 'give a run what a step of it waits for',
      async run(call) {
        const runId = await runOf(call);
        const name = call.words.find((word) => !word.startsWith('run_'));
        if (!runId || !name) return `Say which run and which signal: \`${deps.command} signal run_… NAME\`.`;
        const result = await operations.signalRun({ ...call.caller, runId, name, data: null });
        return result.ok ? `Signal ${code(name, 80)} given to ${code(runId)}.` : refused(result.error);
      },
    },
    ...haltCommands(deps),
    approve: decisionOf('approve'),
    deny: decisionOf('deny'),
    note: onIncident('note TEXT', 'write into the timeline', ({ words: rest, caller }, { id }) =>
      rest.length === 0
        ? Promise.resolve('Write the note behind the command.')
        : operations.note({ ...caller, incidentId: id, text: rest.join(' ') }),
    ),
    sev: onIncident('sev 1..4', 'change the severity', ({ words: [level], caller }, { id }) =>
      /^[1-4]$/.test(level ?? '')
        ? operations.setSeverity({ ...caller, incidentId: id, severity: Number(level) })
        : Promise.resolve('Say 1, 2, 3 or 4.'),
    ),
    role: onIncident('role ROLE @user', 'give somebody a role', ({ words: [role, who], caller }, { id }) => {
      const user = /^<@([^|>]+)(?:\|[^>]*)?>$/.exec(who ?? '')?.[1] ?? '';
      return role && isUserId(user)
        ? operations.assignRole({ ...caller, incidentId: id, role, user })
        : Promise.resolve('Write it as `role commander @user`.');
    }),
    timeline: onIncident(
      'timeline',
      'a link to the timeline',
      async (_call, { id }) => `<${deps.publicUrl}/api/v1/incidents/${id}/timeline?format=html|Timeline>`,
    ),
    export: onIncident('export', 'the timeline as a file in this channel', ({ channelId }, { id }) =>
      deps.exportTo(channelId, id),
    ),
    resolve: onIncident('resolve [REASON]', 'the incident is over', ({ words: rest, caller }, { id }) =>
      operations.resolveIncident({ ...caller, incidentId: id, reason: rest.join(' ') || 'resolved by hand' }),
    ),
    close: onIncident('close [REASON]', 'nothing more will happen here', ({ words: rest, caller }, { id }) =>
      operations.closeIncident({ ...caller, incidentId: id, reason: rest.join(' ') || 'closed by hand' }),
    ),
    declare: {
      usage: 'declare TITLE',
      about: 'open an incident by hand',
      async run({ words: rest, caller }) {
        if (rest.length === 0) return 'Write the title behind the command.';
        const result = await operations.declare({ ...caller, title: rest.join(' '), severity: 3 });
        if (!result.ok) return refused(result.error);
        return `Opened incident #${result.value.number}; its channel is on the way.`;
      },
    },
  };
  return commands;
}
