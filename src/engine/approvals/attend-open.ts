// Sees to open requests for what only the world outside can say: endpoints that a ladder tells, checks that must say yes, groups in which
// nobody may decide. Records each answer through the pipeline; decides nothing, and asks again with growing pauses until a request is over.
import { judge } from '../../core/approval/gate.ts';
import { rungsSoFar } from '../../core/approval/ladder.ts';
import { isMet } from '../../core/approval/threshold.ts';
import { groupPeople } from '../../core/authority/distinct.ts';
import type { People } from '../../core/authority/membership.ts';
import { systemPrincipal } from '../../core/authority/principal.ts';
import { whyExcluded } from '../../core/run/excluded.ts';
import type { OutsideFinding } from '../../core/run/record-outside.ts';
import { countOf, gatesLeft } from '../../core/run/who-decides.ts';
import type { ApprovalsOutside } from '../../ports/approvals.ts';
import type { Directory } from '../../ports/directory.ts';
import type { ListedApproval } from '../../ports/reads.ts';
import type { Log, Runtime } from '../../ports/runtime.ts';
import type { EngineOptions, EnginePorts } from '../engine-ports.ts';
import type { CommandRun } from '../runs/command-run.ts';

/** What it needs. */
type AttendOpenParts = {
  readonly outside: ApprovalsOutside;
  readonly commandRun: CommandRun;
  readonly directory: () => Pick<Directory, 'candidates'>;
  readonly people: People;
  readonly runtime: Pick<Runtime, 'nowMs'>;
  readonly log: Pick<Log, 'warn'>;
};

const caller = { principal: systemPrincipal, cause: 'approvals' };
const firstPauseMs = 5000;
const longestPauseMs = 60_000;
/** An endpoint that cannot be told is told again so often, and then left. */
const mostTries = 5;

type Tries = Map<string, { readonly tries: number; readonly nextMs: number }>;
type Look = AttendOpenParts & { readonly tries: Tries };

/** Makes the work of a timer. */
function createAttendOpen(parts: AttendOpenParts): () => Promise<void> {
  const tries: Tries = new Map();
  return async () => {
    const open = (await parts.outside.open()).filter(
      ({ approval: { rule } }) => rule.ladder ?? rule.gates ?? rule.fallback,
    );
    const ids = new Set(open.map(({ approval }) => approval.id));
    for (const key of tries.keys()) if (!ids.has(key.split(' ')[0] ?? '')) tries.delete(key);
    for (const listed of open)
      await attendOne({ ...parts, tries }, listed).catch((error: unknown) =>
        parts.log.warn({ err: error, approvalId: listed.approval.id }, 'a request could not be seen to; tried again'),
      );
  };
}

async function attendOne(look: Look, listed: ListedApproval): Promise<void> {
  await fallBack(look, listed);
  await notify(look, listed);
  await askGates(look, listed);
}

const record = ({ commandRun }: Look, { runId }: ListedApproval, command: OutsideFinding) =>
  commandRun({ runId, caller, right: 'attend', command, offer: null });

/** Whether something may be tried now; the next try comes later and later. */
function isDue({ tries, runtime }: Look, key: string): boolean {
  const { tries: before = 0, nextMs = Number.NEGATIVE_INFINITY } = tries.get(key) ?? {};
  const now = runtime.nowMs();
  if (now < nextMs) return false;
  tries.set(key, { tries: before + 1, nextMs: now + Math.min(longestPauseMs, firstPauseMs * 2 ** before) });
  return true;
}

/** Tells the endpoints of rungs that were called. A process that dies in between has told twice at most, under one key. */
async function notify(look: Look, listed: ListedApproval): Promise<void> {
  const { approval, incidentId, runId } = listed;
  const told = (approval.notes ?? []).flatMap((note) => (note.type === 'notified' ? [note.rung] : []));
  for (const [i, { notify: endpoint }] of rungsSoFar(approval).entries()) {
    const rung = i + 1;
    const key = `${approval.id} rung ${rung}`;
    if (endpoint === undefined || told.includes(rung) || !isDue(look, key)) continue;
    const { plan, planDigest, requestedAt, expiresAt } = approval;
    const answer = await look.outside.tell(endpoint, {
      key: `${approval.id}/${rung}`,
      type: 'approval.escalated',
      approvalId: approval.id,
      runId,
      incidentId,
      playbook: plan.playbook.name,
      step: plan.step,
      summary: plan.summary ?? null,
      risk: plan.risk,
      planDigest,
      requestedAt,
      expiresAt,
    });
    if (!answer.delivered && (look.tries.get(key)?.tries ?? 0) < mostTries) continue;
    await record(look, listed, { type: 'record_notice', approvalId: approval.id, rung, ...answer });
  }
}

/**
 * Asks the checks once the people have agreed: what was true before they did need not be true any more. Nor need an early yes be while
 * another check says no, so all are asked until all say yes, and the noes are recorded first: no yes that counts is older than a pause.
 */
async function askGates(look: Look, listed: ListedApproval): Promise<void> {
  const { approval } = listed;
  if (gatesLeft(approval).length === 0 || !isMet(countOf(approval, look.people))) return;
  const { id: approvalId, rule } = approval;
  const due = (rule.gates ?? []).filter(({ name }) => isDue(look, `${approvalId} gate ${name}`));
  const answers = await Promise.all(due.map(async (gate) => ({ gate, answer: await look.outside.askGate(gate) })));
  const saysYes = ({ gate, answer }: (typeof answers)[number]) => judge(gate, answer).passed;
  for (const { gate, answer } of [...answers.filter((one) => !saysYes(one)), ...answers.filter(saysYes)])
    await record(look, listed, { type: 'record_gate', approvalId, gate: gate.name, answer });
}

/** Falls back where a group has too few who may decide. Where that cannot be told, it does not: fewer may decide rather than more. */
async function fallBack(look: Look, listed: ListedApproval): Promise<void> {
  const { approval } = listed;
  const { rule, fallenBackTo } = approval;
  const candidates = look.directory().candidates;
  if (rule.fallback === undefined || fallenBackTo !== undefined || !candidates) return;
  if (!isDue(look, `${approval.id} fallback`)) return;
  const { people } = look;
  const factors = rule.thresholds?.flatMap((one) => one.factors) ?? [{ n: rule.quorum, of: rule.from }];
  const empty = new Set<string>();
  for (const { n, of } of factors) {
    const { actors, isSure } = await candidates(of);
    if (!isSure) return;
    const able = actors.filter((actor) => whyExcluded({ run: listed, approval, actor, people }) === null);
    if (groupPeople(able, people).length < n) for (const name of of) empty.add(name);
  }
  if (empty.size > 0) await record(look, listed, { type: 'fall_back', approvalId: approval.id, empty: [...empty] });
}

/** The same for an engine; nothing where nothing outside can be reached. */
export function attendingOpen(
  { approvals: outside, directory, runtime, log }: EnginePorts,
  { people }: EngineOptions,
  given: { readonly commandRun: CommandRun; readonly unlessStanding: (work: () => Promise<void>) => Promise<void> },
): () => Promise<void> {
  if (!outside) return async () => undefined;
  const attend = createAttendOpen({ outside, commandRun: given.commandRun, directory, people, runtime, log });
  return () => given.unlessStanding(attend);
}
