// The names under which answers are kept, by resource: what changed is found again by them.
import type { ApiChange } from '../../contract/operation.ts';
import type { Sent } from '../../contract/route.ts';
import type { RouteName, Routes } from '../../contract/routes.ts';

type Query<N extends RouteName> = Sent<Routes[N]> extends { readonly query?: infer Q } ? NonNullable<Q> : never;

/** All of them. */
export const keys = {
  me: ['me'] as const,
  incidents: (query: Query<'GET /incidents'>) => ['incidents', query] as const,
  incident: (id: string) => ['incident', id] as const,
  runs: (query: Query<'GET /runs'>) => ['runs', query] as const,
  liveRuns: ['runs', 'live'] as const,
  run: (id: string) => ['run', id] as const,
  approvals: (query: Query<'GET /approvals'>) => ['approvals', query] as const,
  ledger: (id: string, more: object) => ['ledger', id, more] as const,
  frame: (id: string, at: string | null) => ['frame', id, at] as const,
  seal: (id: string) => ['seal', id] as const,
  insights: (query: Query<'GET /insights'>) => ['insights', query] as const,
  digest: (kind: string, at: string | null) => ['digest', kind, at] as const,
  similar: (id: string) => ['similar', id] as const,
  redactions: (id: string) => ['redactions', id] as const,
  playbooks: ['playbooks'] as const,
  slo: ['slo'] as const,
  schedules: ['schedules'] as const,
  stuck: ['runs', 'stuck'] as const,
  killSwitches: ['kill-switches'] as const,
  silences: ['silences'] as const,
  windows: ['windows'] as const,
  deliveries: (query: Query<'GET /deliveries'>) => ['deliveries', query] as const,
  alertGroups: ['alert-groups'] as const,
  sessions: ['sessions'] as const,
  tokens: ['tokens'] as const,
  passkeys: ['passkeys'] as const,
  onCall: ['on-call'] as const,
  evidence: (id: string) => ['evidence', id] as const,
  artifact: (digest: string) => ['artifact', digest] as const,
  postmortem: (id: string) => ['postmortem', id] as const,
  entry: (id: string, seq: number | null) => ['ledger-entry', id, seq] as const,
  actionItems: (query: Query<'GET /action-items'>) => ['action-items', query] as const,
  people: ['people'] as const,
  record: ['record'] as const,
  access: ['access'] as const,
  policies: ['policies'] as const,
  freezes: ['freezes'] as const,
  trust: ['trust'] as const,
  parts: ['parts'] as const,
};

/**
 * What a change of the stream makes old. Lists of their kind as well, because it may come in or drop out. `named`: under what the incident is
 * asked for, its id and its number.
 */
export function madeOld({ kind, id, type }: ApiChange, named: readonly string[]): readonly (readonly string[])[] {
  const ofIncident = named.flatMap((name) => [
    ['ledger', name],
    ['frame', name],
    ['seal', name],
    ['evidence', name],
  ]);
  const always = [['incidents'], ['incident'], ...ofIncident];
  const ofRun = kind === 'run' ? [['runs'], ['run', id]] : [];
  const ofApproval = /^(approval|step|run)\./.test(type) ? [['approvals']] : [];
  const ofAlerts = /^alert\./.test(type) ? [['alert-groups'], ['deliveries']] : [];
  const ofStory = [['postmortem']];
  const ofItems = type.startsWith('action_item.') ? [['action-items']] : [];
  return [...always, ...ofRun, ...ofApproval, ...ofAlerts, ...ofStory, ...ofItems];
}
