// Postmortems and action items over /api/v1. Parses and hands on; the rules are behind the operations.
import type { ApiActionItem } from '../../contract/action-item.ts';
import type { ApiPostmortem } from '../../contract/postmortem.ts';
import { dayOf, noDay, parseDue } from '../../core/action-item/due.ts';
import { itemOf, noActionItems, overdueItems } from '../../core/action-item/state.ts';
import type { Caller, Principal } from '../../core/authority/principal.ts';
import type { IncidentState } from '../../core/incident/state.ts';
import type { Refusal } from '../../core/refusal.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { FollowUpOperations } from '../../ports/follow-up.ts';
import type { IncidentRow, SeenReads } from '../../ports/reads.ts';
import type { KeyedCommand } from './once.ts';
import type { ServeRoutes } from './serve-routes.ts';
import { showActionItem, showPostmortem } from './show-postmortem.ts';

/** What they need. */
export type FollowUpRouteDeps = { readonly operations: FollowUpOperations; readonly nowMs: () => number };

type OnIncident = Caller & { readonly incidentId: string };
type Asked = { readonly principal: Principal; readonly reads: SeenReads };
type Order = (known: OnIncident) => Promise<Result<IncidentState, Refusal>>;

const missing = (what = 'incident') => err<Refusal>({ code: 'not_found', message: `there is no such ${what}` });

/** Adds the routes. */
export function addFollowUp(serve: ServeRoutes, deps: FollowUpRouteDeps): void {
  addPostmortems(serve, deps);
  addActionItems(serve, deps);
}

/** The event that this very command has recorded before, if it did. */
async function doneBefore(reads: SeenReads, incidentId: string, { cause, again }: KeyedCommand) {
  if (!again) return null;
  for await (const event of reads.events(incidentId, 1)) if (event.cause === cause) return event;
  return null;
}

/** Orders something of an incident, once however often the command comes. */
async function once(
  { principal, reads }: Asked,
  incident: IncidentRow,
  command: KeyedCommand,
  order: Order,
): Promise<Result<IncidentState, Refusal>> {
  if (await doneBefore(reads, incident.id, command)) return ok((await reads.incident(incident.id)) ?? incident);
  return order({ principal, cause: command.cause, incidentId: incident.id });
}

function addPostmortems(serve: ServeRoutes, { operations, nowMs }: FollowUpRouteDeps): void {
  const now = () => new Date(nowMs()).toISOString();
  const shown = async (reads: SeenReads, idOrNumber: string): Promise<Result<ApiPostmortem, Refusal>> => {
    const incident = await reads.incident(idOrNumber);
    const postmortem = incident && (await reads.postmortem(incident.id));
    return postmortem ? ok(showPostmortem(postmortem, dayOf(now()))) : missing();
  };
  const on = async (
    asked: Asked & { readonly params: { readonly id: string } },
    command: KeyedCommand,
    order: Order,
  ) => {
    const incident = await asked.reads.incident(asked.params.id);
    if (!incident) return missing();
    const done = await once(asked, incident, command, order);
    return done.ok ? shown(asked.reads, incident.id) : done;
  };
  serve.read('GET /incidents/:id/postmortem', ({ params, reads }) => shown(reads, params.id));
  serve.order('PUT /incidents/:id/postmortem', (asked, command) =>
    on(asked, command, (known) => operations.editPostmortem({ ...known, ...asked.body })),
  );
  serve.order('POST /incidents/:id/postmortem/status', (asked, command) =>
    on(asked, command, (known) => operations.setPostmortemStatus({ ...known, ...asked.body })),
  );
  serve.order('POST /incidents/:id/postmortem/reviews', (asked, command) =>
    on(asked, command, (known) => operations.reviewPostmortem({ ...known, ...asked.body })),
  );
}

const shownItem = (incident: IncidentState, id: string, today: string): Result<ApiActionItem, Refusal> => {
  const item = itemOf(incident.actionItems ?? noActionItems, id);
  const { id: incidentId, number, title } = incident;
  return item
    ? ok(showActionItem({ ...item, incident: { id: incidentId, number, title } }, today))
    : missing('action item');
};

function addActionItems(serve: ServeRoutes, { operations, nowMs }: FollowUpRouteDeps): void {
  const now = () => new Date(nowMs()).toISOString();
  const today = () => dayOf(now());
  serve.read('GET /action-items', async ({ query, reads }) => {
    const { status, owner, overdue, incident, limit, cursor } = query;
    const one = incident === undefined ? null : await reads.incident(incident);
    if (incident !== undefined && !one) return missing();
    const page = one
      ? { items: rowsOf(one), cursor: null }
      : await reads.actionItems({ limit, cursor: cursor ?? null });
    const items = page.items
      .filter((item) => status === undefined || item.status === status)
      .filter((item) => owner === undefined || item.owner === owner)
      .filter((item) => overdue === undefined || overdueItems([item], today()).length > 0 === (overdue === 'true'));
    return ok({ items: items.map((item) => showActionItem(item, today())), cursor: page.cursor });
  });
  serve.order('POST /action-items', async (asked, command) => {
    const { incident: idOrNumber, due: said, ...words } = asked.body;
    const incident = await asked.reads.incident(idOrNumber);
    if (!incident) return missing();
    const made = await doneBefore(asked.reads, incident.id, command);
    if (made) return shownItem(incident, String(made.data['id']), today());
    const due = dueOf(said, now());
    if (!due.ok) return due;
    const { principal } = asked;
    const known = { principal, cause: command.cause, incidentId: incident.id };
    const added = await operations.addActionItem({ ...known, ...words, due: due.value });
    if (!added.ok) return added;
    return shownItem(added.value, `${added.value.number}-${added.value.actionItems?.made ?? 0}`, today());
  });
  const incidentOf = ({ params, reads }: Asked & { readonly params: { readonly id: string } }) =>
    reads.incident(params.id.split('-')[0] ?? '');
  serve.order('PATCH /action-items/:id', async (asked, command) => {
    const { id } = asked.params;
    const { status, reason, due: said, ...words } = asked.body;
    const due = dueOf(said, now());
    if (!due.ok) return due;
    const incident = await incidentOf(asked);
    if (!incident) return missing('action item');
    const known = { principal: asked.principal, cause: command.cause, incidentId: incident.id };
    // Done a second time, both find that it is so already.
    const changed = await operations.changeActionItem({ ...known, id, ...words, due: due.value });
    if (!changed.ok || status === undefined) return changed.ok ? shownItem(changed.value, id, today()) : changed;
    const moved =
      status === 'open'
        ? await operations.reopenActionItem({ ...known, id, reason })
        : await operations.endActionItem({ ...known, id, outcome: status, reason });
    return moved.ok ? shownItem(moved.value, id, today()) : moved;
  });
  serve.order('DELETE /action-items/:id', async (asked, command) => {
    const { id } = asked.params;
    const incident = await incidentOf(asked);
    if (!incident) return missing('action item');
    const removed = await once(asked, incident, command, (known) =>
      operations.removeActionItem({ ...known, id, reason: asked.body.reason }),
    );
    return removed.ok ? ok({ id }) : removed;
  });
}

const rowsOf = ({ id, number, title, actionItems }: IncidentRow) =>
  Object.values(actionItems?.items ?? {}).map((item) => ({ ...item, incident: { id, number, title } }));

/** The day that is meant; null and nothing stay what they are. */
function dueOf(said: string | null | undefined, at: string): Result<string | null | undefined, Refusal> {
  if (said === null || said === undefined) return ok(said);
  const due = parseDue(said, at);
  const message = `due ${noDay}`;
  return due === null ? err({ code: 'invalid', message, faults: [{ path: 'due', message: noDay }] }) : ok(due);
}
