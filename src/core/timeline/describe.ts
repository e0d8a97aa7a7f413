// One plain sentence per event, shared by every surface. Plain text: the surface that shows it escapes it.
import type { Alert } from '../alert/alert.ts';
import type { RunTrigger, StoredEvent } from '../events.ts';
import { isEvidenceFact } from '../evidence/owed.ts';
import { assertNever } from '../result.ts';
import { isDrill } from '../run/drill.ts';
import { explained } from '../run/failed-output.ts';
import { stepOf } from '../run/state.ts';
import { formatDuration } from '../time.ts';
import { actorName } from './actor-name.ts';
import { node, sentenceOfApproval } from './describe-approval.ts';
import { sentenceOfEvidence } from './describe-evidence.ts';
import { isFollowUpEvent, sentenceOfFollowUp } from './describe-follow-up.ts';
import { sentenceOfGroup } from './describe-group.ts';
import { isLifeEvent, sentenceOfLife } from './describe-life.ts';
import { sentenceOfPlaybookLife, sentenceOfShadow } from './describe-playbook-life.ts';
import { sentenceOfJudged } from './describe-policies.ts';
import { sentenceOfSystem } from './describe-system.ts';
import { isGroupEvent, isPlaybookLifeEvent, isSystemEvent, type KnownEvent, readEvent } from './read-event.ts';

const because = (reason: string | undefined) => (reason ? `: ${reason}` : '');

/** How an event is to be taken: progress, a thing to look at, a failure, or none of these. */
export type Tone = 'neutral' | 'good' | 'warning' | 'bad';
/** An event in words. */
export type Description = { readonly text: string; readonly tone: Tone };

/** What happened, in a sentence, and how to take it. Total: what this version does not know, or cannot read, it says so. */
export function describe(stored: Pick<StoredEvent, 'type' | 'data' | 'actor'>): Description {
  const read = readEvent(stored);
  switch (read.outcome) {
    case 'known':
      return { text: sentence(read.event, actorName(stored.actor)), tone: toneOf(read.event) };
    case 'unknown':
      return { text: `unknown event ${stored.type}`, tone: 'warning' };
    case 'unreadable':
      return { text: `unreadable event ${stored.type}: ${read.problem}`, tone: 'warning' };
  }
}

function toneOf(event: KnownEvent): Tone {
  switch (event.type) {
    case 'alert.received':
      return event.data.alert.status === 'firing' ? 'bad' : 'good';
    case 'step.failed':
    case 'approval.denied':
    case 'approval.expired':
    case 'approval.bypassed':
    case 'run.failed':
    case 'run.compensation_failed':
    case 'drill.failed':
      return 'bad';
    case 'incident.reopened':
    case 'role.vacant':
    case 'evidence.failed':
    case 'update.due':
    case 'approval.requested':
    case 'approval.escalated':
    case 'approval.voided':
    case 'approval.fell_back':
    case 'step.retry_scheduled':
    case 'step.outcome_unknown':
    case 'step.late_result':
    case 'step.held':
    case 'step.frozen':
    case 'run.excepted':
    case 'run.overdue':
    case 'run.paused':
    case 'run.cancel_requested':
    case 'run.cancelled':
    case 'run.compensation_started':
    case 'switch.engaged':
    case 'slo.burned':
    case 'playbook.rolled_back':
    case 'playbook.demoted':
    case 'trust.lowered':
      return 'warning';
    case 'alert.resolved':
    case 'incident.mitigated':
    case 'incident.resolved':
    case 'approval.granted':
    case 'step.succeeded':
    case 'run.succeeded':
    case 'run.compensated':
    case 'drill.passed':
      return 'good';
    default:
      return 'neutral';
  }
}

/** The sender's own word for the severity stands beside ours, and whatever was odd. */
function sentenceOfAlert({ status, title, source, severity, sourceSeverity, remarks = [] }: Alert): string {
  const word = sourceSeverity !== null && sourceSeverity.toLowerCase() !== severity ? `, “${sourceSeverity}”` : '';
  return `Alert ${status}: ${title} (${source}, ${severity}${word})${remarks.map((remark) => `; ${remark}`).join('')}`;
}

/** JSON within a sentence: whole in the event itself, cut here. */
function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.length <= 300 ? text : `${text.slice(0, 300).toWellFormed()}…`;
}

const resolutions = {
  repeat: 'repeating it under the same key',
  probe: 'asking the action’s own probe',
  ask: 'asking people',
};

type EventOf<Family extends string> = Extract<KnownEvent, { type: `${Family}.${string}` }>;

const isOf = <Family extends string>(family: Family, event: KnownEvent): event is EventOf<Family> =>
  event.type.startsWith(`${family}.`);

function sentence(event: KnownEvent, who: string): string {
  if (isSystemEvent(event)) return sentenceOfSystem(event, who);
  if (isGroupEvent(event)) return sentenceOfGroup(event);
  if (isPlaybookLifeEvent(event)) return sentenceOfPlaybookLife(event, who);
  if (isOf('run', event)) return sentenceOfRun(event, who);
  if (isOf('drill', event)) return sentenceOfDrill(event);
  if (isOf('step', event)) return sentenceOfStep(event);
  if (isOf('approval', event)) return sentenceOfApproval(event, who);
  if (isLifeEvent(event)) return sentenceOfLife(event, who);
  if (isOf('shadow', event)) return sentenceOfShadow(event);
  if (isEvidenceFact(event)) return sentenceOfEvidence(event);
  if (isFollowUpEvent(event)) return sentenceOfFollowUp(event, who);
  if (event.type === 'policy.judged') return sentenceOfJudged(event.data);
  const { type, data } = event;
  switch (type) {
    case 'incident.opened':
      return `${data.members ? 'Private incident' : 'Incident'} #${data.number} opened by ${who}: ${data.title} (SEV${data.severity})`;
    case 'alert.received':
      return `${sentenceOfAlert(data.alert)}${because(data.because)}${data.unacted ? '; a maintenance window holds what it would start' : ''}`;
    case 'alert.repeated':
      return data.late
        ? `Alert came late: it tells of an episode that has ended (${data.fingerprint})`
        : `Alert repeated, ${data.count} times so far (${data.fingerprint})${because(data.because)}`;
    case 'alert.resolved':
      return data.byGroup
        ? `Alert resolved with its group, which lists only a part (${data.fingerprint})`
        : `Alert resolved (${data.fingerprint})`;
    case 'group.truncated':
      return data.unlisted === 0
        ? 'The sender lists the whole alert group again'
        : `The sender left ${data.unlisted} alert(s) out of the group, which as a whole is ${data.status}`;
    case 'channel.linked':
      return `Slack channel #${data.name} ${data.created ? 'created' : 'linked'}`;
    case 'responders.invited':
      return `${data.users.length} responder(s) invited: ${data.users.join(', ')}`;
    case 'message.posted':
      return `Message posted to Slack: ${data.about}`;
    case 'note.added':
      return `${who} noted: ${data.text}`;
    case 'severity.changed':
      return `${who} changed the severity from SEV${data.from} to SEV${data.to}${because(data.reason)}`;
    case 'incident.acknowledged':
      return `Incident acknowledged by ${who}${because(data.reason)}`;
    case 'incident.acknowledge_lapsed':
      return `The acknowledgement of ${data.by.name ?? data.by.id} ended by itself: nobody renewed it`;
    case 'incident.reopened':
      return `Incident reopened by ${who}: ${data.reason}`;
    case 'incident.merged':
      return `${who} merged this incident into #${data.intoNumber}, where it goes on`;
    case 'incident.absorbed':
      return `${who} merged incident #${data.fromNumber} with its ${data.alerts.length} alert(s) into this one`;
    case 'incident.split':
      return `${who} took ${data.fingerprints.length} alert(s) out of this incident: #${data.intoNumber} goes on with them`;
    case 'incident.split_from':
      return `${who} took ${data.alerts.length} alert(s) out of incident #${data.fromNumber}, which go on here`;
    case 'incident.settling':
      return `Incident ends at ${data.until} unless something fires before: ${data.reason}`;
    case 'incident.resolved':
      return `Incident resolved by ${who}: ${data.reason}`;
    case 'incident.closed':
      return `Incident closed by ${who}: ${data.reason}`;
    default:
      return assertNever(type);
  }
}

function starterOf(trigger: RunTrigger, who: string): string {
  if (isDrill({ trigger }))
    return `${trigger.type === 'schedule' ? `the schedule ${trigger.schedule}` : who} as a drill`;
  if (trigger.type === 'alert') return `alert ${trigger.fingerprint}`;
  return trigger.type === 'schedule' ? `the schedule ${trigger.schedule}, for ${trigger.slotAt}` : who;
}

function sentenceOfRun({ type, data }: EventOf<'run'>, who: string): string {
  switch (type) {
    case 'run.started':
      return `Run of ${data.playbook.name} ${data.playbook.version} started by ${starterOf(data.trigger, who)} with ${brief(data.inputs)}`;
    case 'run.admitted':
      return 'Run begins: no other run is at work on the same thing';
    case 'run.signalled':
      return `Signal ${data.name} received from ${who}`;
    case 'run.overdue':
      return `Run takes longer than its SLA; it waits for ${data.waiting.join('; ') || 'nothing in particular'}`;
    case 'run.finishing':
      return `Steps are over (${data.outcome}${because(data.reason)}); the final steps follow`;
    case 'run.paused':
      return `Run paused by ${who}${because(data.reason)}`;
    case 'run.excepted':
      return `${who} made an exception of every freeze for this run: ${data.reason}`;
    case 'run.resumed':
      return `Run resumed by ${who}`;
    case 'run.cancel_requested':
      return `Run is being cancelled${because(data.reason)}`;
    case 'run.retried':
      return `${who} ordered a retry of ${data.steps.join(', ') || 'the run'}${because(data.reason)}`;
    case 'run.compensation_started':
      return `Undoing ${data.steps.map(stepOf).join(', ')}: ${data.reason}`;
    case 'run.succeeded':
      return `Run succeeded after ${formatDuration(data.durationMs)}`;
    case 'run.failed':
      return `Run failed after ${formatDuration(data.durationMs)}: ${data.reason}`;
    case 'run.cancelled':
      return `Run cancelled after ${formatDuration(data.durationMs)}`;
    case 'run.compensated':
      return `Run compensated: every completed reversible step is undone, after ${formatDuration(data.durationMs)}`;
    case 'run.compensation_failed':
      return `COMPENSATION FAILED at ${node(data.step)}: ${data.reason}`;
    default:
      return assertNever(type);
  }
}

function sentenceOfDrill({ type, data }: EventOf<'drill'>): string {
  switch (type) {
    case 'drill.passed': {
      const { runMs, approvals, undone, undoMs } = data;
      const asked = approvals.length === 0 ? '' : `, ${approvals.length} approval(s) given`;
      const undo =
        undoMs === null
          ? 'nothing was undone, so it proves nothing of that'
          : `${undone.join(', ')} undone in ${formatDuration(undoMs)}`;
      return `Drill passed: the run succeeded after ${formatDuration(runMs)}${asked}; ${undo}`;
    }
    case 'drill.failed':
      return `DRILL FAILED: ${data.reason}`;
    default:
      return assertNever(type);
  }
}

function sentenceOfStep({ type, data }: EventOf<'step'>): string {
  switch (type) {
    case 'step.expanded':
      return `${node(data.step)} goes through ${data.items.length} item(s)`;
    case 'step.frozen':
    case 'step.held':
      return `${node(data.step)} is held back until ${data.until}: ${data.reason}`;
    case 'step.delegated':
      return `${node(data.step)} ${data.order === 'start' ? 'is carried out by' : 'asks for the undoing of'} run ${data.childRunId}`;
    case 'step.skipped':
      return `Skipped ${node(data.step)}: ${data.reason}`;
    case 'step.started':
      return `Started ${node(data.step)}, attempt ${data.attempt}: ${data.plan.summary ?? `${data.plan.uses} ${brief(data.plan.with)}`} on ${data.worker}`;
    case 'step.waiting':
      return `${node(data.step)} waits ${data.signal ? `for ${data.signal}, ` : ''}until ${data.until}`;
    case 'step.acted':
      return `The action of ${node(data.step)} is done; verifying`;
    case 'step.succeeded':
      return `Done: ${node(data.step)} after ${formatDuration(data.durationMs)}${data.note ? ` (${data.note})` : ''}`;
    case 'step.failed':
      return `Failed: ${node(data.step)} (${data.error.class}): ${explained(data.error)}`;
    case 'step.retry_scheduled':
      return `Attempt ${data.attempt} of ${node(data.step)} failed, next try in ${formatDuration(data.delayMs)}: ${explained({ message: data.reason, output: data.error.output })}`;
    case 'step.outcome_unknown':
      return `Outcome of ${node(data.step)} unknown (${explained({ message: data.reason, output: data.output })}); ${resolutions[data.resolution]}`;
    case 'step.late_result':
      return `A late result of ${node(data.step)} from ${data.worker} was ignored (${data.outcome}${data.error ? `: ${explained(data.error)}` : ''})`;
    default:
      return assertNever(type);
  }
}
