// What people do with incidents over /api/v1. Parses and hands on; the rules are behind the operations.
import type { ApiIncident } from '../../contract/incident.ts';
import type { Caller, Principal } from '../../core/authority/principal.ts';
import type { IncidentState } from '../../core/incident/state.ts';
import type { Refusal } from '../../core/refusal.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { Operations } from '../../ports/operations.ts';
import type { SeenReads } from '../../ports/reads.ts';
import type { KeyedCommand } from './once.ts';
import type { ServeRoutes } from './serve-routes.ts';
import { showIncident } from './show-incident.ts';

/** What working on incidents needs. */
export type IncidentOrderDeps = {
  readonly operations: Operations;
};

type OnIncident = Caller & { readonly incidentId: string };
type Asked = {
  readonly params: { readonly id: string };
  readonly principal: Principal;
  readonly reads: SeenReads;
};
type Operation = (asked: OnIncident) => Promise<Result<IncidentState, Refusal>>;

/** Adds the routes. */
export function addIncidentOrders(serve: ServeRoutes, deps: IncidentOrderDeps): void {
  const { operations } = deps;
  const on = ({ params, principal, reads }: Asked, command: KeyedCommand, order: Operation) =>
    orderOnce({ idOrNumber: params.id, principal, reads }, command, order);

  serve.order('POST /incidents', async ({ body, principal, reads }, { cause, ids }) => {
    const { title, severity, service, members } = body;
    if (members && !body.private)
      return err({ code: 'invalid', message: 'only a private incident has members; say `"private": true` as well' });
    const declared = await operations.declare({
      principal,
      cause,
      title,
      severity,
      service,
      privateTo: body.private ? (members ?? []) : undefined,
      ...(ids && { id: ids.incident }),
    });
    return declared.ok ? ok(await incidentNow(reads, declared.value.id)) : declared;
  });
  serve.order('POST /incidents/:id/acknowledge', (asked, command) =>
    on(asked, command, (known) => operations.acknowledge(because(known, asked.body.reason))),
  );
  serve.order('POST /incidents/:id/note', (asked, command) =>
    on(asked, command, (known) => operations.note({ ...known, text: asked.body.text })),
  );
  serve.order('POST /incidents/:id/severity', (asked, command) =>
    on(asked, command, (known) =>
      operations.setSeverity({ ...because(known, asked.body.reason), severity: asked.body.severity }),
    ),
  );
  serve.order('POST /incidents/:id/roles', (asked, command) =>
    on(asked, command, (known) => operations.assignRole({ ...known, role: asked.body.role, user: asked.body.user })),
  );
  serve.order('POST /incidents/:id/invite', (asked, command) =>
    on(asked, command, (known) => operations.addMembers({ ...known, members: asked.body.members })),
  );
  serve.order('POST /incidents/:id/uninvite', (asked, command) =>
    on(asked, command, (known) => operations.removeMembers({ ...known, members: asked.body.members })),
  );
  serve.order('POST /incidents/:id/update', (asked, command) =>
    on(asked, command, (known) => operations.giveUpdate({ ...known, text: asked.body.text })),
  );
  serve.order('POST /incidents/:id/mitigate', (asked, command) =>
    on(asked, command, (known) => operations.mitigate(because(known, asked.body.reason))),
  );
  serve.order('POST /incidents/:id/merge', async (asked, command) => {
    const into = await asked.reads.incident(asked.body.into);
    if (!into) return missing();
    const merged = await on(asked, command, (known) => operations.merge({ ...known, into: into.id }));
    return merged.ok ? ok(await incidentNow(asked.reads, into.id)) : merged;
  });
  serve.order('POST /incidents/:id/split', async ({ params, body, principal, reads }, { cause, ids }) => {
    const from = await reads.incident(params.id);
    if (!from) return missing();
    const { alerts: fingerprints, title } = body;
    const known = { principal, cause, incidentId: from.id, fingerprints, title };
    const split = await operations.split({ ...known, id: ids?.incident });
    return split.ok ? ok(await incidentNow(reads, split.value.id)) : split;
  });
  serve.order('POST /incidents/:id/resolve', (asked, command) =>
    on(asked, command, (known) => operations.resolveIncident({ ...known, reason: asked.body.reason })),
  );
  serve.order('POST /incidents/:id/reopen', (asked, command) =>
    on(asked, command, (known) => operations.reopenIncident({ ...known, reason: asked.body.reason })),
  );
  serve.order('POST /incidents/:id/close', (asked, command) =>
    on(asked, command, (known) => operations.closeIncident({ ...known, reason: asked.body.reason })),
  );
}

const because = (known: OnIncident, reason: string | undefined) =>
  reason === undefined ? known : { ...known, reason };
const missing = () => err<Refusal>({ code: 'not_found', message: 'there is no such incident' });

async function incidentNow(reads: SeenReads, id: string): Promise<ApiIncident> {
  const row = await reads.incident(id);
  if (!row) throw new Error(`incident ${id} has just been changed and is not there`);
  return showIncident(row);
}

/** True if this very command has changed the incident before. */
async function doneBefore(reads: SeenReads, id: string, { cause, ids }: KeyedCommand): Promise<boolean> {
  if (ids === null) return false;
  for await (const event of reads.events(id, 1)) if (event.cause === cause) return true;
  return false;
}

/** Does something with an incident, once however often the command comes; answers the incident as it stands after it. */
async function orderOnce(
  { idOrNumber, principal, reads }: Pick<Asked, 'principal' | 'reads'> & { readonly idOrNumber: string },
  command: KeyedCommand,
  order: Operation,
): Promise<Result<ApiIncident, Refusal>> {
  const row = await reads.incident(idOrNumber);
  if (!row) return missing();
  if (command.again && (await doneBefore(reads, row.id, command))) return ok(await incidentNow(reads, row.id));
  const outcome = await order({ principal, cause: command.cause, incidentId: row.id });
  // Its twin may have been faster, and is why this one is refused.
  if (!outcome.ok && !(await doneBefore(reads, row.id, command))) return outcome;
  return ok(await incidentNow(reads, row.id));
}
