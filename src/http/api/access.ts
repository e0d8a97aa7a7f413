// Rights over /api/v1: one answer with its reasons, and all grants. Asks the same functions as every command does; grants nothing.
import type { ApiAccess, ApiAccessCheck } from '../../contract/access.ts';
import { explainAccess, namesOfRight, scopeInWords } from '../../core/authority/explain-access.ts';
import { namedPrincipal } from '../../core/authority/named-principal.ts';
import { type NamedPeople, namesOfNobody } from '../../core/authority/nobody.ts';
import { actorOf, type Principal } from '../../core/authority/principal.ts';
import { Right } from '../../core/authority/right.ts';
import type { Resource } from '../../core/authority/scope.ts';
import { runOfApproval } from '../../core/ids.ts';
import { nearest } from '../../core/playbook/suggest.ts';
import type { Refusal } from '../../core/refusal.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { explainApproval } from '../../core/run/explain-approval.ts';
import { findApproval, type RunState } from '../../core/run/state.ts';
import { namesToDecide } from '../../core/run/who-decides.ts';
import type { Directory } from '../../ports/directory.ts';
import type { PlaybookCatalog } from '../../ports/ledger.ts';
import type { TokenOperations } from '../../ports/operations.ts';
import type { ReadsFor } from '../../ports/reads.ts';
import type { RouteRequest, ServeRoutes } from './serve-routes.ts';

/** What answers about rights need. */
export type AccessRouteDeps = {
  readonly named: NamedPeople;
  readonly directory: () => Pick<Directory, 'belongsTo'>;
  readonly catalog: PlaybookCatalog;
  readonly operations: Pick<TokenOperations, 'tokens'>;
  readonly readsFor: ReadsFor;
  readonly nowMs: () => number;
};

type Asked = RouteRequest<'GET /access/check'>;

/** Adds the routes. */
export function addAccess(serve: ServeRoutes, deps: AccessRouteDeps): void {
  serve.read('GET /access', async () => ok(listed(deps.named)));
  serve.read('GET /access/check', (asked) => check(deps, asked));
}

function listed(named: NamedPeople): ApiAccess {
  const { access } = named;
  const items = Right.options.flatMap((right) =>
    access.grants[right].map(({ at, who, ...scope }) => ({ right, at, to: [...who], where: scopeInWords(scope) })),
  );
  const nobody = namesOfNobody(named).map(({ found }) => found);
  const escalation = (named.escalation ?? []).map(({ severity = null, stage = null, ...row }) => ({
    severity: severity && [...severity],
    stage: stage && [...stage],
    responsible: row.responsible,
    accountable: row.accountable,
    consulted: row.consulted,
    informed: row.informed,
  }));
  return { items, local: [...access.local], selfApproval: access.selfApproval, nobody, escalation };
}

async function check(deps: AccessRouteDeps, asked: Asked): Promise<Result<ApiAccessCheck, Refusal>> {
  const { query, reads } = asked;
  const { access } = deps.named;
  const about = await aboutWhom(deps, asked);
  if (!about.ok) return about;
  const { right } = query;
  if (right === 'approve') return checkApproval(deps, asked, about.value);
  const resource = resourceOf(deps, query);
  if (!resource.ok) return resource;
  const incident = query.incident === undefined ? null : await reads.incident(query.incident);
  if (query.incident !== undefined && !incident)
    return err({ code: 'not_found', message: `there is no incident ${query.incident}` });
  const principal = about.value;
  const belongsTo = await deps.directory().belongsTo(principal, namesOfRight({ access, right }));
  const explained = explainAccess({ principal, right, resource: resource.value, access, belongsTo });
  const seen = incident === null || (await deps.readsFor(principal).sees(incident.id));
  return ok({
    actor: actorOf(principal),
    right,
    approval: null,
    allowed: explained.allowed && seen,
    by: explained.by.map(shown),
    tried: explained.tried.map(shown),
    incident: incident && { number: incident.number, seen },
  });
}

/** Whether an approval of one request by somebody would count now. Who asks must be able to see it. */
async function checkApproval(
  deps: AccessRouteDeps,
  { query: { approval: named, run: ofRun }, reads }: Asked,
  principal: Principal,
): Promise<Result<ApiAccessCheck, Refusal>> {
  const runId = ofRun ?? (named === undefined ? null : runOfApproval(named));
  if (named === undefined && ofRun === undefined) {
    const message = 'approve is asked of one request: name it with `approval`, or the run that waits with `run`';
    return err({
      code: 'invalid',
      message,
      faults: [{ path: 'approval', message: 'name it, or the run that waits with it' }],
    });
  }
  const row = runId === null ? null : await reads.run(runId);
  const approval = row && (named === undefined ? openApproval(row.state) : findApproval(row.state, named));
  if (!row || !approval)
    return err({
      code: 'not_found',
      message: `there is no ${named === undefined ? 'open request' : 'approval'} ${named ?? `of ${ofRun}`}`,
    });
  const { people, access } = deps.named;
  const explained = explainApproval({
    run: row.state,
    approval,
    principal,
    belongsTo: await deps.directory().belongsTo(principal, namesToDecide(approval)),
    people,
    selfApproval: access.selfApproval,
    at: new Date(deps.nowMs()).toISOString(),
  });
  const { number } = row.state.incident;
  const seen = await deps.readsFor(principal).sees(row.state.incidentId);
  return ok({
    actor: actorOf(principal),
    right: 'approve',
    approval: approval.id,
    allowed: explained.allowed && seen,
    by: explained.by.map(shown),
    tried: explained.tried.map(shown),
    incident: { number, seen },
  });
}

const openApproval = ({ approvals }: RunState) => Object.values(approvals).find(({ status }) => status === 'open');

type Way = ReturnType<typeof explainAccess>['by'][number];
const shown = ({ at, to, missing }: Way) => ({ at, to: [...to], missing: [...missing] });

/** Who is asked about: whoever asks, or somebody else if whoever asks may know. */
async function aboutWhom(
  { operations, named, nowMs }: AccessRouteDeps,
  { query: { user }, principal }: Asked,
): Promise<Result<Principal, Refusal>> {
  const { id, person } = actorOf(principal);
  if (user === undefined || id === user || person === user) return ok(principal);
  // The tokens are listed to who may `administer` and to nobody else, and that is the right that this takes too.
  const tokens = await operations.tokens({ principal });
  if (!tokens.ok) return tokens;
  const living = tokens.value.filter(({ revoked, expiresAt }) => revoked === null && Date.parse(expiresAt) > nowMs());
  const other = namedPrincipal(user, { people: named.people, tokens: living });
  if (other) return ok(other);
  const known = Object.keys(named.people);
  const message = `${user.slice(0, 80)} is nobody${nearest(user, known)}: name a key under \`people:\`, a Slack user id, oidc:SUBJECT, local:NAME, or the token:NAME of a token that counts`;
  return err({ code: 'not_found', message });
}

function resourceOf(
  { catalog }: Pick<AccessRouteDeps, 'catalog'>,
  { playbook, service, environment }: Asked['query'],
): Result<Resource, Refusal> {
  if (playbook === undefined) return ok({ service, environment });
  const found = catalog.byName(playbook);
  if (found) return ok({ playbook, labels: found.labels, service, environment });
  const known = catalog.all().map(({ name }) => name);
  return err({
    code: 'not_found',
    message: `there is no playbook ${playbook.slice(0, 80)}${nearest(playbook, known)}`,
  });
}
