// What stands beside the ledger in the same database, in memory and by a clock that is given: deliveries, correlation, workers, admission.
import type { Alert } from '../../../src/core/alert/alert.ts';
import type { IncidentState } from '../../../src/core/incident/state.ts';
import type { AdmissionStore } from '../../../src/ports/admission.ts';
import type { Acceptance, Correlation, Delivery, DeliveryLedger, NewDelivery } from '../../../src/ports/intake.ts';
import type { RunLookups } from '../../../src/ports/ledger.ts';
import type { DueRun, LiveWorker, WorkerRegistry } from '../../../src/ports/work.ts';
import { dedupeKey } from '../../../src/store/intake/repetition.ts';
import { copy } from './copy.ts';
import type { MemoryTables } from './memory-store.ts';

type Clock = { readonly nowMs: () => number };
const iso = (ms: number) => new Date(ms).toISOString();

/** Deliveries in memory. `put` accepts one of the race world's own sender. */
export type MemoryDeliveries = DeliveryLedger & { readonly put: (alerts: readonly Alert[]) => void };

type DeliveryRow = Delivery & { untilMs: number; notBeforeMs: number };

/** The record of deliveries on tables in memory; what is open stands in the tables, because the ledger settles it too. */
export function createMemoryDeliveries(
  { open, alerts: known, incidents }: MemoryTables,
  { nowMs }: Clock,
): MemoryDeliveries {
  const all = new Map<string, DeliveryRow>();
  const isOpen = ({ receipt }: Delivery) => open.has(receipt);
  const claimedOf = ({ receipt, alerts, source, integration, tries, receivedAt }: Delivery) => ({
    receipt,
    alerts,
    source,
    integration,
    tries,
    receivedAt,
  });
  const isFree = (integration: string) =>
    ![...all.values()].some(
      (row) => isOpen(row) && row.integration === integration && (row.untilMs > nowMs() || row.notBeforeMs <= nowMs()),
    );
  const claimable = () => {
    const rows = [...all.values()].filter(isOpen);
    const busy = new Set(rows.filter(({ untilMs }) => untilMs > nowMs()).map(({ integration }) => integration));
    return rows.filter(({ integration, notBeforeMs }) => !busy.has(integration) && notBeforeMs <= nowMs());
  };
  const add = (
    row: Pick<Delivery, 'source' | 'integration' | 'headers' | 'body' | 'dedupeKey' | 'alerts' | 'error' | 'fault'>,
  ) => {
    const receipt = `dlv_${String(all.size + 1).padStart(6, '0')}`;
    const status = row.error === null ? 'processed' : 'dead';
    const receivedAt = iso(nowMs());
    all.set(receipt, { ...row, receipt, status, receivedAt, tries: 0, untilMs: 0, notBeforeMs: 0 });
    if (row.alerts.length > 0) open.add(receipt);
    return receipt;
  };
  const proofs = new Map<string, { readonly receipt: string; readonly until: string }>();
  const accept = ({ dedupe, once, ...rest }: NewDelivery, claimForMs?: number): Acceptance => {
    const used = once && proofs.get(once.key);
    if (used && used.until >= iso(nowMs())) return { receipt: used.receipt, status: 'duplicate' as const };
    const key = dedupeKey({ dedupe, ...rest }, nowMs());
    const taken = (dedupeKey: string): Acceptance => {
      const claims = claimForMs !== undefined && rest.alerts.length > 0 && isFree(rest.integration);
      const receipt = add({ ...rest, dedupeKey, error: null, fault: null });
      if (once) proofs.set(once.key, { receipt, until: once.until });
      const row = all.get(receipt);
      if (!claims || !row) return { receipt, status: 'accepted' };
      row.untilMs = nowMs() + claimForMs;
      return { receipt, status: 'accepted', claimed: copy(claimedOf(row)) };
    };
    const earlier = [...all.values()].find((row) => row.dedupeKey === key);
    if (!earlier) return taken(key);
    const against = contradiction({ dedupe, ...rest }, key, earlier);
    const own = `${key}/${against}`;
    const again = [...all.values()].find((row) => row.dedupeKey === own);
    if (against === null || again) return { receipt: (again ?? earlier).receipt, status: 'duplicate' as const };
    return taken(own);
  };
  /** What stands against dropping a delivery whose key is taken. */
  const contradiction = ({ dedupe, source, integration, alerts }: NewDelivery, key: string, earlier: DeliveryRow) => {
    if (earlier.status === 'dead' && !isOpen(earlier)) return `dead/${earlier.receipt}`;
    if (dedupe.kind === 'sender') return null;
    const mine = new Set(alerts.map(({ fingerprint }) => fingerprint));
    const waiting = [...all.values()]
      .filter((row) => isOpen(row) && row.source === source && row.integration === integration)
      .filter((row) => !row.dedupeKey.startsWith(key) && row.alerts.some(({ fingerprint }) => mine.has(fingerprint)));
    if (waiting.length > 0) return `after/${waiting.at(-1)?.receipt}`;
    if (isOpen(earlier)) return null;
    const against = alerts.find(({ fingerprint, status }) => {
      const alert = known.get(fingerprint);
      const incident = alert && incidents.get(alert.incidentId)?.incident;
      const fires = alert?.active === true && (incident?.status === 'open' || status === 'resolved');
      return (status === 'firing') !== fires;
    });
    return against ? `state/${incidents.get(known.get(against.fingerprint)?.incidentId ?? '')?.head.version}` : null;
  };
  return {
    put(alerts) {
      const dedupe = { kind: 'sender', value: `${all.size}` } as const;
      accept({ source: 'test', integration: 'test', headers: {}, body: Buffer.from(''), alerts, dedupe });
    },
    accept: async (delivery, claimForMs) => accept(delivery, claimForMs),
    keepDead: async (delivery) => ({ receipt: add({ ...delivery, dedupeKey: '', alerts: [] }) }),
    async claim(limit, forMs) {
      const next = claimable().slice(0, limit);
      for (const row of next) row.untilMs = nowMs() + forMs;
      return copy(next.map(claimedOf));
    },
    isOpen: async (receipt) => open.has(receipt),
    async settle(receipt) {
      open.delete(receipt);
    },
    late: async () => undefined,
    waiting: async () => claimable().length > 0,
    async failed(receipt, { error, retryInMs }) {
      const row = all.get(receipt);
      if (!row || !open.has(receipt)) return;
      const notBeforeMs = nowMs() + (retryInMs ?? 0);
      const status = retryInMs === null ? 'dead' : row.status;
      all.set(receipt, { ...row, error, fault: 'ours', notBeforeMs, untilMs: 0, tries: row.tries + 1, status });
      if (retryInMs === null) open.delete(receipt);
    },
    async find(receipt) {
      const row = all.get(receipt);
      if (!row) return null;
      const status = isOpen(row) ? ('accepted' as const) : row.status;
      return { ...copy(row), body: Buffer.from(row.body), status, unbelievable: null };
    },
    async requeue(receipt, alerts) {
      const row = all.get(receipt);
      if (row?.status !== 'dead' || isOpen(row)) return false;
      const tries = Math.max(1, row.tries);
      all.set(receipt, { ...row, alerts, tries, status: 'processed', notBeforeMs: 0, untilMs: 0 });
      if (alerts.length > 0) open.add(receipt);
      return true;
    },
    async lastAlert(fingerprint) {
      const alerts = [...all.values()].flatMap((row) => row.alerts);
      return copy(alerts.findLast((alert) => alert.fingerprint === fingerprint) ?? null);
    },
    saidSince: async (since, limit) =>
      [...all.values()]
        .filter(({ receivedAt, status }) => receivedAt >= since && status !== 'dead')
        .toReversed()
        .slice(0, limit)
        .map(({ alerts }) => alerts),
    async toldSince(receipt) {
      const row = all.get(receipt);
      const later = [...all.values()].filter(
        (one) => one.receipt > receipt && one.status === 'processed' && !isOpen(one),
      );
      const told = later.filter(({ source, integration }) => source === row?.source && integration === row.integration);
      const said = new Set(told.flatMap(({ alerts }) => alerts.map(({ fingerprint }) => fingerprint)));
      return [...new Set(row?.alerts.map(({ fingerprint }) => fingerprint).filter((one) => said.has(one)))];
    },
    async releaseClaims() {
      for (const row of all.values()) row.untilMs = 0;
    },
    async list({ limit, cursor, status, source }) {
      const rows = [...all.values()]
        .map(({ body: _, alerts: __, untilMs: ___, notBeforeMs: ____, ...row }) => ({
          ...row,
          status: open.has(row.receipt) ? ('accepted' as const) : row.status,
        }))
        .filter((row) => (cursor === null || row.receipt < cursor) && (source === undefined || row.source === source))
        .filter((row) => status === undefined || row.status === status)
        .reverse();
      const items = rows.slice(0, limit);
      return copy({ items, cursor: rows.length > limit ? (items.at(-1)?.receipt ?? null) : null });
    },
  };
}

/** Correlation on tables in memory. */
export function createMemoryCorrelation(tables: MemoryTables): Correlation {
  let number = 0;
  const { incidents, alerts } = tables;
  const openInGroup = (group: string) =>
    [...incidents.values()].find(({ incident: i }) => i.status === 'open' && i.groupKey === group) ?? null;
  return {
    async incidentFor(alert, since) {
      const known = alerts.get(alert.fingerprint);
      const own = known && incidents.get(known.incidentId);
      const lately = ({ status, resolvedAt }: IncidentState) => status === 'open' || (resolvedAt ?? '') > since;
      const stands = own?.incident.status !== 'closed';
      if (own && stands && known.active) return copy(own);
      const group = alert.groupKey ?? alert.fingerprint;
      const ofGroup = [...incidents.values()].filter(({ incident }) => incident.groupKey === group);
      const goesOn = ofGroup.map((one) => (one.incident.mergedInto ? incidents.get(one.incident.mergedInto.id) : one));
      const open = goesOn.find((one) => one?.incident.status === 'open');
      if (open) return copy(open);
      return own && stands && lately(own.incident) ? copy(own) : null;
    },
    async lastIncidentOf(fingerprint) {
      const home = incidents.get(alerts.get(fingerprint)?.incidentId ?? '');
      return home ? copy({ incident: home.incident, head: home.head }) : null;
    },
    async activeIn(fingerprints) {
      const homes = fingerprints.flatMap((fingerprint) => {
        const known = alerts.get(fingerprint);
        const incident = known?.active ? incidents.get(known.incidentId)?.incident : undefined;
        if (!incident || incident.status === 'closed') return [];
        return [[fingerprint, { incidentId: incident.id, groupKey: incident.groupKey }] as const];
      });
      return new Map(homes);
    },
    firingIn: async () => [
      ...new Set([...alerts.values()].filter(({ active }) => active).map(({ incidentId }) => incidentId)),
    ],
    openInGroup: async (group) => copy(openInGroup(group)),
    async nextIncidentNumber() {
      number += 1;
      return number;
    },
  };
}

/** The lookups that no concurrency key is needed for. */
export function createMemoryLookups({
  runs,
  incidentTimers,
}: MemoryTables): Pick<RunLookups, 'lastRunOf' | 'atWork' | 'startedByAlerts' | 'dueIncidents'> {
  const states = () => [...runs.values()].map(({ state }) => state);
  return {
    async lastRunOf(key, since, nth = 1) {
      const same = states().filter(({ cooldownKey, startedAt }) => cooldownKey === key && startedAt > since);
      const last = same.sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1)).at(-nth);
      return last ? { runId: last.runId, startedAt: last.startedAt } : null;
    },
    atWork: async (playbook) => [
      ...new Set(
        states()
          .filter((run) => run.finishedAt === null && (playbook === '*' || run.playbook.name === playbook))
          .map(({ incidentId }) => incidentId),
      ),
    ],
    dueIncidents: async (at, limit) =>
      [...incidentTimers]
        .flatMap(([id, wakeAt]) => (wakeAt !== null && wakeAt <= at ? [{ id, wakeAt }] : []))
        .sort((a, b) => (`${a.wakeAt} ${a.id}` < `${b.wakeAt} ${b.id}` ? -1 : 1))
        .slice(0, limit)
        .map(({ id }) => id),
    startedByAlerts: async (since) =>
      states().filter(({ trigger, startedAt }) => trigger.type === 'alert' && startedAt > since).length,
  };
}

export function createMemoryRegistry({ runs, incidents }: MemoryTables, { nowMs }: Clock): WorkerRegistry {
  const seen = new Map<string, number>();
  const known = new Map<string, LiveWorker>();
  const held = () =>
    [...runs.values()].map(({ state }) => ({
      runId: state.runId,
      status: state.status,
      workers: [
        ...new Set(Object.values(state.nodes).flatMap((node) => (node.status === 'running' ? [node.worker] : []))),
      ],
    }));
  const isAlive = (worker: string, leaseMs: number) =>
    (seen.get(worker) ?? Number.NEGATIVE_INFINITY) > nowMs() - leaseMs;
  return {
    async heartbeat(worker, pool, actions) {
      seen.set(worker, nowMs());
      known.set(worker, { worker, pool, actions });
      const own = held().filter(({ workers }) => workers.includes(worker));
      const cancelling = own.filter(({ status }) => status === 'cancelling');
      return { holding: own.map(({ runId }) => runId), cancelling: cancelling.map(({ runId }) => runId) };
    },
    alive: async (leaseMs) =>
      [...known.values()]
        .filter(({ worker }) => isAlive(worker, leaseMs))
        .sort((a, b) => (a.worker < b.worker ? -1 : 1)),
    async leave(worker) {
      seen.delete(worker);
    },
    async orphans(leaseMs) {
      return held()
        .map(({ runId, workers }) => ({ runId, gone: workers.filter((worker) => !isAlive(worker, leaseMs)) }))
        .filter(({ gone }) => gone.length > 0);
    },
    async forgetOthers() {
      seen.clear();
    },
    async due(at, limit, after) {
      const rows = [...runs.values()].flatMap(({ state, wakeAt, pools, incidentId }) => {
        const version = incidents.get(incidentId)?.head.version ?? 0;
        const { severity } = state.incident;
        return wakeAt !== null && wakeAt <= at ? [{ runId: state.runId, version, severity, wakeAt, pools }] : [];
      });
      const placeOf = (run: DueRun) => `${run.wakeAt} ${run.runId}`;
      const sorted = rows.sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
      return copy(sorted.filter((run) => after === null || placeOf(run) > placeOf(after)).slice(0, limit));
    },
  };
}

/** Failures in a row after which a target's breaker is open; for how long, twice as long each time the trial fails, and at most. */
const threshold = 5;
const openMs = 30_000;
const longestMs = 10 * 60_000;

/** The circuit breakers; kill switches are in the tables, where the system stream leaves them. */
export function createMemoryAdmission({ nowMs }: Clock): Omit<AdmissionStore, 'standing' | 'keptSwitches'> {
  const breakers = new Map<string, { failures: number; opened: number; untilMs: number | null }>();
  return {
    openBreakers: async () =>
      new Map(
        [...breakers].flatMap(([target, { untilMs }]) =>
          untilMs !== null && untilMs > nowMs() ? [[target, iso(untilMs)]] : [],
        ),
      ),
    async targetFailed(target) {
      const before = breakers.get(target) ?? { failures: 0, opened: 0, untilMs: null };
      const failures = before.failures + 1;
      const opens = failures >= threshold && (before.untilMs === null || before.untilMs <= nowMs());
      const untilMs = opens ? nowMs() + Math.min(openMs * 2 ** before.opened, longestMs) : before.untilMs;
      breakers.set(target, { failures, opened: before.opened + (opens ? 1 : 0), untilMs });
      return untilMs === null ? null : iso(untilMs);
    },
    async targetSucceeded(target) {
      breakers.delete(target);
    },
  };
}
