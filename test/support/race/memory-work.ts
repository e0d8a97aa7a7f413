// What stands beside the ledger in the same database, in memory and by a clock that is given: deliveries, correlation, workers, admission.
import type { Alert } from '../../../src/core/alert/alert.ts';
import type { IncidentState } from '../../../src/core/incident/state.ts';
import { addMs } from '../../../src/core/time.ts';
import type { AdmissionStore } from '../../../src/ports/admission.ts';
import type { ClaimedDelivery, Correlation, DeliveryLedger } from '../../../src/ports/intake.ts';
import type { RunLookups } from '../../../src/ports/ledger.ts';
import type { DueRun, LiveWorker, WorkerRegistry } from '../../../src/ports/work.ts';
import { copy, type MemoryTables } from './memory-store.ts';

type Clock = { readonly nowMs: () => number };
const iso = (ms: number) => new Date(ms).toISOString();

/** Deliveries as the worker side needs them. */
export type MemoryDeliveries = Pick<DeliveryLedger, 'claim' | 'isOpen' | 'settle' | 'waiting' | 'failed'> & {
  readonly put: (alerts: readonly Alert[]) => void;
};

export function createMemoryDeliveries({ open }: MemoryTables, { nowMs }: Clock): MemoryDeliveries {
  const all = new Map<string, ClaimedDelivery & { until: number }>();
  const isBusy = () => [...all.values()].some(({ receipt, until }) => open.has(receipt) && until > nowMs());
  return {
    put(alerts) {
      const receipt = `dlv_${String(all.size + 1).padStart(6, '0')}`;
      all.set(receipt, { receipt, alerts, source: 'test', integration: 'test', until: 0 });
      open.add(receipt);
    },
    async claim(limit, forMs) {
      if (isBusy()) return [];
      const next = [...all.values()].filter(({ receipt }) => open.has(receipt)).slice(0, limit);
      for (const delivery of next) delivery.until = nowMs() + forMs;
      return copy(next);
    },
    isOpen: async (receipt) => open.has(receipt),
    async settle(receipt) {
      open.delete(receipt);
    },
    waiting: async () => open.size > 0 && !isBusy(),
    async failed(receipt, error) {
      throw new Error(`delivery ${receipt} failed: ${error}`);
    },
  };
}

export function createMemoryCorrelation(tables: MemoryTables): Correlation {
  let number = 0;
  const { incidents, alerts } = tables;
  return {
    async incidentFor(alert, since) {
      const known = alerts.get(alert.fingerprint);
      const own = known && incidents.get(known.incidentId);
      const lately = ({ status, resolvedAt }: IncidentState) => status === 'open' || (resolvedAt ?? '') > since;
      const stands = own?.incident.status !== 'closed';
      if (own && stands && known.active) return copy(own);
      const group = alert.groupKey ?? alert.fingerprint;
      const open = [...incidents.values()].find(({ incident: i }) => i.status === 'open' && i.groupKey === group);
      if (open) return copy(open);
      return own && stands && lately(own.incident) ? copy(own) : null;
    },
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
    async lastRunOf(key, since) {
      const same = states().filter(({ cooldownKey, startedAt }) => cooldownKey === key && startedAt > since);
      const last = same.sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1)).at(-1);
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
      workers: Object.values(state.nodes).flatMap((node) => (node.status === 'running' ? [node.worker] : [])),
    }));
  return {
    async beat(worker, pool, actions) {
      seen.set(worker, nowMs());
      known.set(worker, { worker, pool, actions });
      const own = held().filter(({ workers }) => workers.includes(worker));
      const cancelling = own.filter(({ status }) => status === 'cancelling');
      return { holding: own.map(({ runId }) => runId), cancelling: cancelling.map(({ runId }) => runId) };
    },
    alive: async (leaseMs) =>
      [...known.values()].filter(({ worker }) => (seen.get(worker) ?? Number.NEGATIVE_INFINITY) > nowMs() - leaseMs),
    async leave(worker) {
      seen.delete(worker);
    },
    async orphans(leaseMs) {
      const isGone = (worker: string) => (seen.get(worker) ?? Number.NEGATIVE_INFINITY) <= nowMs() - leaseMs;
      return held()
        .map(({ runId, workers }) => ({ runId, gone: workers.filter(isGone) }))
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

/** Failures in a row after which a target's breaker is open, and for how long. */
const threshold = 5;
const openMs = 30_000;

/** The circuit breakers; kill switches are in the tables, where the system stream leaves them. */
export function createMemoryAdmission({ nowMs }: Clock): Omit<AdmissionStore, 'switches'> {
  const failures = new Map<string, { count: number; until: number | null }>();
  return {
    openBreakers: async () =>
      new Map(
        [...failures].flatMap(([name, { until }]) => (until !== null && until > nowMs() ? [[name, iso(until)]] : [])),
      ),
    async targetFailed(target) {
      const count = (failures.get(target)?.count ?? 0) + 1;
      const until = count >= threshold ? nowMs() + openMs : null;
      failures.set(target, { count, until });
      return until === null ? null : addMs(iso(nowMs()), openMs);
    },
    async targetSucceeded(target) {
      failures.delete(target);
    },
  };
}
