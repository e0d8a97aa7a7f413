// The alert of a drill through the six stages, as any alert would go, and what it leads to. Writes nothing: it opens nothing, holds nothing back,
// and inhibits nothing that is real.
import type { Alert } from '../../core/alert/alert.ts';
import type { StagedAlert } from '../../core/alert/staged.ts';
import { canonicalJson } from '../../core/json.ts';
import { matchTriggers, resolveInputs } from '../../core/playbook/match.ts';
import type { Playbook } from '../../core/playbook/playbook.ts';
import type { Rehearsal } from '../../core/run/drill-events.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { Stages } from './stages.ts';

/** What rehearsing needs. */
export type RehearseParts = {
  readonly stages: Pick<Stages, 'explain'>;
  readonly runtime: Pick<Runtime, 'nowMs'>;
};

/** An alert that was rehearsed: as it is after enrichment, and what was found. */
type Rehearsed = { readonly alert: Alert; readonly rehearsal: Rehearsal };

/** Rehearses the alert of a playbook's drill; null: the drill has none. */
export type Rehearse = (playbook: Playbook) => Promise<Rehearsed | null>;

/** On every alert of a drill, so that nobody takes it for a real one and routes can tell it apart. */
const drillLabel = 'firebreak_drill';

/** Makes it. */
export function createRehearse({ stages, runtime }: RehearseParts): Rehearse {
  return async (playbook) => {
    const at = new Date(runtime.nowMs()).toISOString();
    const raw = alertOf(playbook, at);
    if (raw === null) return null;
    const seen: StagedAlert[] = [];
    const explained = await stages.explain(raw, at, async (one) => {
      seen.push(one);
      return { incident: null, taken: false, group: null, playbooks: [playbook], heartbeats: [] };
    });
    const [found] = seen;
    if (found === undefined) throw new Error('the alert of a drill went through no stage');
    const reason = whyNot(playbook, found);
    const outcomes = explained.map(({ stage, outcome }) => ({ stage, outcome: outcome.slice(0, 300) }));
    return { alert: found.alert, rehearsal: { led: reason === null, reason, stages: outcomes } };
  };
}

function alertOf({ name, triggers, drill }: Playbook, at: string): Alert | null {
  if (drill?.alert === undefined) return null;
  const { source, title, severity, labels, annotations } = drill.alert;
  const named = triggers.find((trigger) => trigger.source !== '*')?.source;
  return {
    source: source ?? named ?? 'generic',
    integration: 'drill',
    fingerprint: `drill/${name}`,
    status: 'firing',
    title: `[DRILL] ${title ?? name}`,
    description: '',
    severity: severity ?? 'warning',
    sourceSeverity: null,
    service: labels['service'] ?? null,
    labels: { ...labels, [drillLabel]: 'true' },
    annotations: annotations ?? {},
    startsAt: at,
    endsAt: null,
    links: [],
    groupKey: `drill/${name}`,
  };
}

/** Why a real alert like this would not start the playbook on what the drill may act on; null: it would. */
function whyNot(playbook: Playbook, { alert, verdict, playbooks }: StagedAlert): string | null {
  if (verdict.type === 'muted') return `${verdict.hold.name} holds it back`;
  if (!playbooks.names.includes(playbook.name)) {
    if (playbooks.only) return `its route starts ${playbooks.names.join(', ') || 'nothing'} instead`;
    const match = matchTriggers(playbook, alert);
    if (match.outcome === 'unclear') return `no trigger could be evaluated: ${match.reasons.join('; ')}`;
    if (match.outcome === 'other') return 'no trigger fits it';
  }
  const inputs = resolveInputs(playbook, alert, {});
  if (!inputs.ok) return inputs.error.map(({ path, message }) => `${path} ${message}`).join('; ');
  if (canonicalJson(inputs.value) === canonicalJson(playbook.drill?.inputs ?? {})) return null;
  const differing = Object.keys(inputs.value).filter(
    (name) => canonicalJson(inputs.value[name] ?? null) !== canonicalJson(playbook.drill?.inputs[name] ?? null),
  );
  return `it gives other inputs than \`drill:\` names: ${differing.join(', ')}`;
}
