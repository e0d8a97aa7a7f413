// All commands under one name. Loads only those that are asked for, because whoever halts something in a hurry need not wait for
// what plays playbooks. Runs nothing.
import { Command } from 'commander';
import { programVersion } from '../../platform/version.ts';

/** Adds commands to the program. */
type Add = (program: Command) => void;

/** What adds which commands. */
const parts: readonly { readonly names: readonly string[]; readonly load: () => Promise<Add> }[] = [
  { names: ['serve', 'demo', 'migrate'], load: async () => (await import('./service.ts')).addService },
  { names: ['init'], load: async () => (await import('../setup/init.ts')).addInit },
  { names: ['slack'], load: async () => (await import('../setup/slack.ts')).addSlack },
  { names: ['validate', 'schema'], load: async () => (await import('../playbook/validate.ts')).addPlaybooks },
  { names: ['plan'], load: async () => (await import('../playbook/plan.ts')).addPlan },
  { names: ['test'], load: async () => (await import('../playbook/test.ts')).addTest },
  { names: ['run'], load: async () => (await import('../runs/start-run.ts')).addRun },
  { names: ['drill'], load: async () => (await import('../runs/drill.ts')).addDrill },
  { names: ['runs'], load: async () => (await import('../runs/runs.ts')).addRuns },
  { names: ['incidents'], load: async () => (await import('../incidents/incidents.ts')).addIncidents },
  { names: ['postmortem'], load: async () => (await import('../record/postmortem.ts')).addPostmortem },
  { names: ['actions'], load: async () => (await import('../incidents/action-items.ts')).addActionItems },
  {
    names: ['approvals', 'approve', 'deny', 'break-glass'],
    load: async () => (await import('../runs/approvals.ts')).addApprovals,
  },
  {
    names: ['retry', 'compensate', 'cancel', 'pause', 'resume', 'done'],
    load: async () => (await import('../runs/orders.ts')).addOrders,
  },
  { names: ['schedules'], load: async () => (await import('../runs/schedules.ts')).addSchedules },
  { names: ['signal'], load: async () => (await import('../runs/signal.ts')).addSignal },
  { names: ['halt', 'release', 'halted'], load: async () => (await import('../runs/halt.ts')).addHalt },
  { names: ['timeline', 'audit'], load: async () => (await import('../record/record.ts')).addRecord },
  { names: ['record'], load: async () => (await import('../record/accept-restore.ts')).addRestore },
  { names: ['redact'], load: async () => (await import('../record/redact.ts')).addRedact },
  { names: ['archive'], load: async () => (await import('../record/archive.ts')).addArchive },
  { names: ['backup', 'restore'], load: async () => (await import('../record/backup.ts')).addBackup },
  { names: ['replay'], load: async () => (await import('../record/replay.ts')).addReplay },
  { names: ['register'], load: async () => (await import('../playbook/register.ts')).addRegister },
  {
    names: ['playbooks', 'reload'],
    load: async () => (await import('../playbook/playbooks.ts')).addPlaybookVersions,
  },
  { names: ['slo'], load: async () => (await import('../playbook/slo.ts')).addSlo },
  { names: ['policy'], load: async () => (await import('../playbook/policies.ts')).addPolicies },
  { names: ['freezes'], load: async () => (await import('../runs/freezes.ts')).addFreezes },
  { names: ['trust'], load: async () => (await import('../playbook/trust.ts')).addTrust },
  { names: ['stuck'], load: async () => (await import('../runs/stuck.ts')).addStuck },
  { names: ['deliveries'], load: async () => (await import('../alerts/deliveries.ts')).addDeliveries },
  { names: ['import'], load: async () => (await import('../alerts/import-alertmanager.ts')).addImport },
  { names: ['explain'], load: async () => (await import('../alerts/explain.ts')).addExplain },
  { names: ['alerts'], load: async () => (await import('../alerts/alert-groups.ts')).addAlertGroups },
  { names: ['alert'], load: async () => (await import('../alerts/alert.ts')).addAlert },
  { names: ['silence', 'window'], load: async () => (await import('../alerts/silences.ts')).addSilences },
  { names: ['oncall'], load: async () => (await import('../incidents/on-call.ts')).addOnCall },
  { names: ['digest'], load: async () => (await import('../incidents/digest.ts')).addDigest },
  { names: ['insights'], load: async () => (await import('../incidents/insights.ts')).addInsights },
  { names: ['doctor'], load: async () => (await import('../doctor/doctor.ts')).addDoctor },
  { names: ['whoami'], load: async () => (await import('../access/whoami.ts')).addWhoami },
  { names: ['access'], load: async () => (await import('../access/access.ts')).addAccess },
  { names: ['tokens'], load: async () => (await import('../access/tokens.ts')).addTokens },
  { names: ['sessions'], load: async () => (await import('../access/sessions.ts')).addSessions },
  { names: ['passkeys'], load: async () => (await import('../access/passkeys.ts')).addPasskeys },
  { names: ['completion'], load: async () => (await import('./completion.ts')).addCompletion },
];

/**
 * The program, ready to parse words; it throws a CommanderError where commander would end the process.
 * @param words those that are to be parsed: commands that they cannot mean are left out. Absent: every command is there
 */
export async function createProgram(words: readonly string[] = []): Promise<Command> {
  const program = new Command('firebreak')
    .description('Self-hosted ChatOps incident response.')
    .version(programVersion, '--version', 'the version of this program')
    .exitOverride()
    .showHelpAfterError('Add --help for the options and examples.');
  const meant = parts.filter(({ names }) => names.includes(words[0] ?? '') && words[0] !== 'completion');
  const wanted = words[0] === '--version' ? [] : parts;
  const added = await Promise.all((meant.length > 0 ? meant : wanted).map(({ load }) => load()));
  for (const add of added) add(program);
  return program;
}
