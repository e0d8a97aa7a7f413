// Whether somebody may know of a private incident, looked up at the moment it matters; and the read side as one viewer may see it. The rule
// stands in core/authority/sight.ts. Everything that a surface reads goes through `createReadsFor`, every change through the pipeline.
import type { Principal } from '../core/authority/principal.ts';
import { maySee, namesThatSee, seesWithoutAsking } from '../core/authority/sight.ts';
import type { IncidentState } from '../core/incident/state.ts';
import type { Directory } from '../ports/directory.ts';
import type { ReadPostmortem } from '../ports/follow-up.ts';
import type { EventStore } from '../ports/ledger.ts';
import type { ExportTimeline, IncidentRow, ReadModels, ReadsFor } from '../ports/reads.ts';
import { believed } from './record/believed.ts';

/** Whether a principal may know of an incident. What is not private costs nothing to ask. */
export type Sight = (viewer: Principal, incident: Pick<IncidentState, 'id' | 'members'>) => Promise<boolean>;

/** Makes it. */
export function createSight({
  store,
  directory,
}: {
  readonly store: Pick<EventStore, 'runsOf'>;
  readonly directory: Pick<Directory, 'belongsTo'>;
}): Sight {
  return async (viewer, incident) => {
    if (seesWithoutAsking({ viewer, incident })) return true;
    // Whom a run asked that cannot be believed was asked by nobody.
    const runs = (await believed(store.runsOf(incident.id))) ?? [];
    const names = namesThatSee(incident, runs);
    return maySee({ viewer, incident, belongsTo: await directory.belongsTo(viewer, names) });
  };
}

/** What guarded reading is made of. */
export type GuardedParts = {
  readonly reads: ReadModels;
  readonly events: Pick<EventStore, 'readStream'>;
  readonly exportTimeline: ExportTimeline;
  readonly readPostmortem: ReadPostmortem;
  readonly sight: Sight;
};

/** Makes the guard. A member of `ReadModels` that it does not know does not compile. */
export function createReadsFor({ reads, events, exportTimeline, readPostmortem, sight }: GuardedParts): ReadsFor {
  return (viewer) => {
    const seen = async () => {
      const all = await reads.privateIncidents();
      const answers = await Promise.all(all.map(({ incident }) => incident !== null && sight(viewer, incident)));
      return all.flatMap(({ id }, i) => (answers[i] ? [id] : []));
    };
    const sees = async (incidentId: string) => {
      const found = (await reads.privateIncidents()).find(({ id }) => id === incidentId);
      return found === undefined || (found.incident !== null && (await sight(viewer, found.incident)));
    };
    const ifSeen = async <T>(incidentId: string, read: () => Promise<T>, else_: T): Promise<T> =>
      (await sees(incidentId)) ? read() : else_;
    // Who was taken out of the one that goes on still sees the one that ended, and nothing more of where it went.
    const asSeen = async (row: IncidentRow): Promise<IncidentRow> =>
      row.mergedInto === null || (await sees(row.mergedInto.id)) ? row : { ...row, mergedInto: null };
    const onlySeen = async (found: Awaited<ReturnType<ReadModels['incident']>>) =>
      found && (await sight(viewer, found)) ? asSeen(found) : null;
    return {
      sees,
      seen,
      async incidents(filter) {
        const { items, cursor } = await reads.incidents({ ...filter, seen: await seen() });
        return { items: await Promise.all(items.map(asSeen)), cursor };
      },
      incident: async (idOrNumber) => onlySeen(await reads.incident(idOrNumber)),
      incidentByChannel: async (channelId) => onlySeen(await reads.incidentByChannel(channelId)),
      async archived(idOrNumber) {
        const gone = await reads.archived(idOrNumber);
        // Its members left with it: those alone learn of it who see every private incident.
        return gone && (!gone.isPrivate || seesWithoutAsking({ viewer, incident: { members: [] } })) ? gone : null;
      },
      openingAlert: (incidentId) => ifSeen(incidentId, () => reads.openingAlert(incidentId), null),
      runs: async (filter) => reads.runs({ ...filter, seen: await seen() }),
      async run(id) {
        const found = await reads.run(id);
        return found && ifSeen(found.state.incidentId, async () => found, null);
      },
      runsOfIncident: (incidentId) => ifSeen(incidentId, () => reads.runsOfIncident(incidentId), []),
      approvals: async (filter) => reads.approvals({ ...filter, seen: await seen() }),
      alertGroups: async (filter) => reads.alertGroups({ ...filter, seen: await seen() }),
      async alertGroup(id) {
        const found = await reads.alertGroup(id);
        return found?.incidentId ? ifSeen(found.incidentId, async () => found, null) : found;
      },
      actionItems: async (filter) => reads.actionItems({ ...filter, seen: await seen() }),
      deliveries: reads.deliveries,
      async *events(incidentId, from) {
        if (await sees(incidentId)) yield* events.readStream(incidentId, from);
      },
      exportTimeline: (incidentId, format) => ifSeen(incidentId, () => exportTimeline(incidentId, format), null),
      postmortem: (incidentId) => ifSeen(incidentId, () => readPostmortem(incidentId), null),
    };
  };
}
