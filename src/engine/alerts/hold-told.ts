// When something begins to mute: alerts that people know to fire are put on hold as told, so that its end tells them once more if they
// still fire then. Takes the way of a repetition that comes at that moment.
import type { Alert } from '../../core/alert/alert.ts';
import type { StagedAlert } from '../../core/alert/staged.ts';
import { systemPrincipal } from '../../core/authority/principal.ts';
import { memberOf } from '../../core/group/state.ts';
import { alertOf, type IncidentState } from '../../core/incident/state.ts';
import type { Correlation } from '../../ports/intake.ts';
import type { EventStore } from '../../ports/ledger.ts';
import { believed } from '../record/believed.ts';
import { type IntakeParts, portionsOf } from './intake.ts';
import { decidePortion, placeOf } from './place.ts';

/** What it needs. */
export type HoldToldParts = IntakeParts & { readonly store: Pick<EventStore, 'loadIncident' | 'readStream'> };

/** An alert as an incident was told of it last. */
type Told = { readonly alert: Alert; readonly receipt: string };

/** Puts on hold what fires in open incidents and is muted now. Done again, it changes nothing. */
export function createHoldTold(parts: HoldToldParts): () => Promise<void> {
  const { correlation, store, groups, stages, runtime } = parts;
  return async () => {
    for (const incidentId of await correlation.firingIn()) {
      const loaded = await believed(store.loadIncident(incidentId));
      if (loaded?.incident.status !== 'open') continue;
      const told = await toldIn(parts, loaded.incident);
      const held = await groups.holding([...told.keys()]);
      const free = [...told.values()].filter(({ alert }) => !held.has(alert.fingerprint));
      const at = new Date(runtime.nowMs()).toISOString();
      const staged = await stages.review(
        free.map(({ alert }) => alert),
        at,
      );
      const muted = staged.filter(({ verdict }) => verdict.type === 'muted' && isByWord(verdict.hold.by));
      for (const one of muted) await hold(parts, one, told.get(one.alert.fingerprint)?.receipt ?? '');
    }
  };
}

const isByWord = (by: string) => by === 'silence' || by === 'window';

/** The alerts that fire in open incidents, as they came last. */
export async function* firingAlertsOf({
  correlation,
  events,
}: {
  readonly correlation: Pick<Correlation, 'firingIn'>;
  readonly events: HoldToldParts['store'];
}): AsyncGenerator<Alert> {
  for (const incidentId of await correlation.firingIn()) {
    const loaded = await believed(events.loadIncident(incidentId));
    if (loaded?.incident.status !== 'open') continue;
    for (const { alert } of (await toldIn({ store: events }, loaded.incident)).values()) yield alert;
  }
}

/** The alerts that fire in an incident, as they came last. */
async function toldIn(
  { store }: Pick<HoldToldParts, 'store'>,
  incident: IncidentState,
): Promise<ReadonlyMap<string, Told>> {
  const told = new Map<string, Told>();
  for await (const { type, data } of store.readStream(incident.id)) {
    if (type !== 'alert.received') continue;
    const { alert, receipt } = data as Told;
    if (alertOf(incident, alert.fingerprint)?.status === 'firing') told.set(alert.fingerprint, { alert, receipt });
  }
  return told;
}

async function hold(parts: HoldToldParts, staged: StagedAlert, receipt: string): Promise<void> {
  const [portion] = await portionsOf(parts, [staged]);
  if (!portion) return;
  const { fingerprint } = staged.alert;
  const outcome = await parts.pipeline.execute({
    name: 'hold_told',
    caller: { principal: systemPrincipal, cause: 'reconcile' },
    right: 'order',
    resourceOf: () => ({}),
    about: () => [],
    missing: 'there is no such alert',
    load: () => placeOf(parts, portion.lead),
    keyOf: ({ found }) => found?.incident.id ?? null,
    decide(place, { at }) {
      // It may have ended meanwhile, or another process was faster.
      const fires = place.found && alertOf(place.found.incident, fingerprint)?.status === 'firing';
      const isHeld = place.group && memberOf(place.group.group, fingerprint)?.hold;
      if (!fires || isHeld) return { outcome: 'unchanged' as const };
      return decidePortion(parts, place, { portion, receipt, at, receipts: [] });
    },
  });
  if (outcome.outcome === 'refused') throw new Error(`an alert was not put on hold: ${outcome.refusal.message}`);
}
