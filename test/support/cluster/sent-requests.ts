// One request of each route of the API, for tests that go over all of them.
import type { Sent } from '../../../src/contract/route.ts';
import { partsOf, type RouteName, type Routes } from '../../../src/contract/routes.ts';

/** The same each time, so that two requests differ in what they are about alone. */
const now = Date.now();
const inAnHour = (hours = 1) => new Date(now + hours * 3_600_000).toISOString();

/** What is asked about. */
export type SentPlace = {
  readonly incident: string;
  readonly run: string;
  readonly approval: string;
  readonly planDigest: string;
  /** `7-1`: of that incident, there or not. */
  readonly actionItem: string;
};

/** A request of any route. */
export type AnyRequest = {
  readonly query?: unknown;
  readonly params?: { readonly [name: string]: unknown };
  readonly body?: unknown;
};

/** The path of a request. */
export function filledPath(name: RouteName, { params = {}, query }: AnyRequest): string {
  const path = partsOf(name).path.replace(/:([A-Za-z]+)/g, (_part, part: string) =>
    encodeURIComponent(String(params[part])),
  );
  return query === undefined ? path : `${path}?${new URLSearchParams(query as { [name: string]: string })}`;
}

/** What is sent to each route, so that it would do something; a new route fails to compile here until it is said. */
export function sentTo(place: SentPlace): { readonly [N in RouteName]: Sent<Routes[N]> } {
  const onIncident = { params: { id: place.incident } };
  const onRun = { params: { id: place.run }, body: {} };
  const onApproval = { params: { id: place.approval }, body: { planDigest: place.planDigest } };
  const why = { reason: 'a reason' };
  return {
    'GET /me': {},
    'GET /access': {},
    'GET /access/check': { query: { right: 'view' } },
    'GET /record': {},
    'GET /people': {},
    'GET /incidents': {},
    'GET /incidents/:id': onIncident,
    'GET /insights': {},
    'GET /digests/:kind': { params: { kind: 'daily' } },
    'GET /load': {},
    'GET /register': {},
    'GET /slo': {},
    'GET /stuck': {},
    'GET /policies': {},
    'POST /policies/explain': { body: { playbook: 'held' } },
    'POST /policies/diff': { body: { policies: [] } },
    'GET /freezes': {},
    'GET /trust': {},
    'POST /trust/:name/lower': { params: { name: 'held' }, body: why },
    'POST /trust/:name/raise': { params: { name: 'held' }, body: why },
    'POST /trust/:name/review': { params: { name: 'held' }, body: why },
    'GET /playbooks/:name/versions': { params: { name: 'held' } },
    'GET /playbooks/:name/versions/:digest': { params: { name: 'held', digest: `sha256:${'0'.repeat(64)}` } },
    'GET /incidents/:id/similar': onIncident,
    'GET /incidents/:id/frame': onIncident,
    'GET /incidents/:id/ledger': onIncident,
    'GET /incidents/:id/ledger/:seq': { params: { id: '1', seq: 1 } },
    'GET /incidents/:id/timeline': onIncident,
    'GET /incidents/:id/evidence': onIncident,
    'GET /incidents/:id/redactions': onIncident,
    'GET /artifacts/:digest': { params: { digest: `sha256:${'0'.repeat(64)}` } },
    'POST /incidents': { body: { title: 'asked' } },
    'POST /incidents/:id/acknowledge': { ...onIncident, body: {} },
    'POST /incidents/:id/note': { ...onIncident, body: { text: 'a note' } },
    'POST /incidents/:id/severity': { ...onIncident, body: { severity: 2 } },
    'POST /incidents/:id/roles': { ...onIncident, body: { role: 'lead', user: 'ana' } },
    'POST /incidents/:id/invite': { ...onIncident, body: { members: ['U0BEN'] } },
    'POST /incidents/:id/uninvite': { ...onIncident, body: { members: ['U0BEN'] } },
    'POST /incidents/:id/update': { ...onIncident, body: { text: 'how it stands' } },
    'POST /incidents/:id/mitigate': { ...onIncident, body: {} },
    'POST /incidents/:id/merge': { ...onIncident, body: { into: '1' } },
    'POST /incidents/:id/split': { ...onIncident, body: { alerts: ['a'] } },
    'POST /incidents/:id/resolve': { ...onIncident, body: why },
    'POST /incidents/:id/reopen': { ...onIncident, body: why },
    'POST /incidents/:id/close': { ...onIncident, body: why },
    'GET /incidents/:id/postmortem': onIncident,
    'PUT /incidents/:id/postmortem': { ...onIncident, body: { expectedVersion: 0, sections: { summary: 'it broke' } } },
    'POST /incidents/:id/postmortem/status': { ...onIncident, body: { to: 'draft', reviewers: ['ben'] } },
    'POST /incidents/:id/postmortem/reviews': { ...onIncident, body: { verdict: 'approves', expectedVersion: 1 } },
    'GET /action-items': {},
    'POST /action-items': { body: { incident: place.incident, text: 'measure the queue' } },
    'PATCH /action-items/:id': { params: { id: place.actionItem }, body: { owner: 'ben' } },
    'DELETE /action-items/:id': { params: { id: place.actionItem }, body: {} },
    'GET /runs': {},
    'GET /runs/:id': { params: { id: place.run } },
    'POST /playbooks/:name/runs': { params: { name: 'held' }, body: {} },
    'GET /playbook-stages': {},
    'GET /playbooks/:name/life': { params: { name: 'held' } },
    'GET /playbooks/:name/shadow': { params: { name: 'held' } },
    'GET /playbooks/:name/diff': { params: { name: 'held' } },
    'POST /playbook-versions': { body: { source: 'name: held' } },
    'POST /playbooks/:name/promote': { params: { name: 'held' }, body: { version: '1.0.0', to: 'live', ...why } },
    'POST /playbooks/:name/rollback': { params: { name: 'held' }, body: why },
    'POST /playbooks/:name/retire': { params: { name: 'held' }, body: { version: '0.0.1', ...why } },
    'POST /reload': {},
    'POST /drills': { body: { playbook: 'held' } },
    'POST /runs/:id/compensate': onRun,
    'POST /runs/:id/cancel': onRun,
    'POST /runs/:id/pause': onRun,
    'POST /runs/:id/resume': onRun,
    'POST /runs/:id/done': onRun,
    'POST /runs/:id/except': { params: { id: place.run }, body: why },
    'POST /runs/:id/retry': onRun,
    'POST /runs/:id/signals/:name': { params: { id: place.run, name: 'later' }, body: {} },
    'GET /approvals': {},
    'POST /approvals/:id/approve': onApproval,
    'POST /approvals/:id/challenge': onApproval,
    'POST /approvals/:id/deny': onApproval,
    'POST /approvals/:id/break-glass': {
      params: { id: place.approval },
      body: { ...onApproval.body, reason: 'the region burns' },
    },
    'POST /approvals/:id/delegate': { params: { id: place.approval }, body: { to: '@deciders' } },
    'POST /approvals/:id/remind': { params: { id: place.approval }, body: {} },
    'POST /approvals/:id/ask': { params: { id: place.approval }, body: { question: 'is it safe?' } },
    'POST /approvals/:id/refresh': { params: { id: place.approval }, body: {} },
    'GET /playbooks': {},
    'GET /playbooks/:name': { params: { name: 'held' } },
    'GET /deliveries': {},
    'GET /deliveries/refused': {},
    'GET /deliveries/faults': {},
    'GET /deliveries/:id': { params: { id: 'dlv_none' } },
    'POST /deliveries/:id/replay': { params: { id: 'dlv_none' }, body: why },
    'POST /explain': { body: { fingerprint: 'none' } },
    'GET /alert-groups': {},
    'GET /alert-groups/:id': { params: { id: 'grp_none' } },
    'GET /kill-switches': {},
    'PUT /kill-switches/:scope': { params: { scope: 'held' }, body: why },
    'POST /kill-switches': { body: { scope: 'held', reason: 'another reason' } },
    'DELETE /kill-switches/:scope': { params: { scope: 'held' }, body: {} },
    'GET /tokens': {},
    'POST /tokens': { body: { name: 'made', expiresAt: inAnHour() } },
    'DELETE /tokens/:name': { params: { name: 'made' }, body: {} },
    'GET /sessions': {},
    'DELETE /sessions/:id': { params: { id: 'ses_none' }, body: {} },
    'GET /passkeys': {},
    'POST /passkeys/challenge': { body: {} },
    'POST /passkeys': {
      body: { name: 'a key', nonce: 'n', credentialId: 'c', attestationObject: 'o', clientDataJSON: 'd' },
    },
    'POST /passkeys/:id/confirm': { params: { id: 'none' }, body: {} },
    'DELETE /passkeys/:id': { params: { id: 'none' }, body: {} },
    'GET /silences': {},
    'POST /silences': { body: { sets: [{ service: 'rights' }], endsAt: inAnHour(), ...why } },
    'POST /silences/preview': { body: { sets: [{ service: 'rights' }] } },
    'GET /silences/:id': { params: { id: 'sil_none' } },
    'DELETE /silences/:id': { params: { id: 'sil_none' }, body: {} },
    'GET /windows': {},
    'GET /on-call': {},
    'GET /schedules': {},
    'POST /windows': {
      body: { name: 'rights', where: { service: 'rights' }, startsAt: inAnHour(), endsAt: inAnHour(2), ...why },
    },
    'DELETE /windows/:id': { params: { id: 'rights' }, body: {} },
    'POST /record/accept-restore': { body: why },
    'POST /redactions': { body: { where: { type: 'event', stream: 'system', seq: 1, text: 'nothing of it' }, ...why } },
    'GET /stream': {},
  };
}
