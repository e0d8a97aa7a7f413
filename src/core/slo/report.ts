// How all promises stand at an instant, out of what was counted. Pure.
import { assertNever } from '../result.ts';
import { type AskedApproval, approvalEvidence } from './approval-evidence.ts';
import { type Attainment, attainmentOf, isRecovered, noEvidence, type WindowEvidence } from './budget.ts';
import {
  type Promised,
  type PromisingPlaybook,
  platformPromises,
  promisesOf,
  type SloSettings,
  wholePlatform,
} from './objective.ts';
import { type RunTally, runEvidence, slaVerdictOf, verdictOf } from './run-evidence.ts';

/** One promise and how it stands. */
export type SloLine = Promised & Attainment;

/** What is counted of the store. */
export type SloCounts = {
  readonly runs: readonly RunTally[];
  readonly approvals: readonly AskedApproval[];
  readonly ingest: WindowEvidence;
  readonly delivery: WindowEvidence;
};

/** What is promised, by whom. */
export type SloPromises = {
  readonly playbooks: readonly PromisingPlaybook[];
  readonly settings: SloSettings;
  readonly toldInSlack: boolean;
};

/** How everything that is promised stands: Firebreak as a whole first, then the playbooks by name. */
export function sloReport({ playbooks, settings, toldInSlack }: SloPromises, counts: SloCounts, at: string) {
  const sorted = playbooks.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const promises = [
    ...platformPromises(settings, toldInSlack),
    ...sorted.flatMap((playbook) => promisesOf(playbook, settings)),
  ];
  return promises.map((promised): SloLine => {
    const { subject, objective, windowMs, withinMs, target } = promised;
    const attained = attainmentOf(target, evidenceOf(promised, counts, at));
    return { subject, objective, windowMs, withinMs, target, ...attained };
  });
}

function evidenceOf({ subject, objective, windowMs, withinMs }: Promised, counts: SloCounts, at: string) {
  const isMeant = (playbook: string) => subject === wholePlatform || playbook === subject;
  const runs = counts.runs.filter((one) => isMeant(one.playbook) && one.windowMs === windowMs);
  switch (objective) {
    case 'success':
      return runEvidence(runs, verdictOf);
    case 'within_sla':
      return runEvidence(runs, slaVerdictOf);
    case 'approval_wait': {
      const asked = counts.approvals.filter(({ playbook }) => isMeant(playbook));
      return withinMs === null ? noEvidence : approvalEvidence(asked, { windowMs, withinMs, at });
    }
    case 'ingest':
      return counts.ingest;
    case 'delivery':
      return counts.delivery;
    default:
      return assertNever(objective);
  }
}

/** A budget that is recorded as used up. */
export type BurnedBudget = {
  readonly subject: string;
  readonly objective: Promised['objective'];
  readonly since: string;
};

/** What has changed against what is recorded: budgets newly used up, and those that are whole again or promised no more. */
export function budgetChanges(lines: readonly SloLine[], recorded: readonly BurnedBudget[]) {
  const keyOf = ({ subject, objective }: Pick<SloLine, 'subject' | 'objective'>) => `${objective}/${subject}`;
  const known = new Set(recorded.map(keyOf));
  const byKey = new Map(lines.map((line) => [keyOf(line), line]));
  return {
    burned: lines.filter((line) => line.status === 'burned' && !known.has(keyOf(line))),
    recovered: recorded.filter((one) => {
      const line = byKey.get(keyOf(one));
      return line === undefined || isRecovered(line);
    }),
  };
}
