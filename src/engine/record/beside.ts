// What streams say together of alerts, deliveries, evidence and tokens, gathered while an audit goes through them. Judges nothing.
import { z } from 'zod';
import { ArtifactRef, type StoredEvent } from '../../core/events.ts';
import { type PasskeyUse, passkeyUsesIn } from '../../core/step-up/audit-uses.ts';
import type { Passkeys } from '../../core/step-up/passkey.ts';
import { type Archived, archivedIn } from '../../core/system/archived.ts';
import { evolveSystem } from '../../core/system/evolve.ts';
import { emptySystem, type SystemState, type TokenRecord } from '../../core/system/state.ts';
import { namesEvidence } from '../../core/timeline/bundle.ts';
import { foldSystem } from '../../core/timeline/fold-stream.ts';
import { isSystemEvent, readEvent } from '../../core/timeline/read-event.ts';
import type { AlertPlace } from '../../ports/record.ts';

/** What has been gathered. */
export class Beside {
  readonly alerts = new Map<string, AlertPlace[]>();
  readonly receipts = new Map<string, Set<string>>();
  /** Digests of the playbook versions that runs were started with, or that are registered. */
  readonly versions = new Set<string>();
  readonly rulebooks = new Set<string>();
  readonly evidence = new Map<string, Set<string>>();
  /** Streams that have left, by id. */
  readonly archived = new Map<string, Archived>();
  /** Alerts whose rows left with them, by fingerprint, with the instant of the last time. */
  readonly goneAlerts = new Map<string, string>();

  /** Passkeys, and what they signed. */
  passkeys: Passkeys = {};
  readonly uses: PasskeyUse[] = [];

  /** Takes in the whole system stream. */
  takeSystem(events: readonly StoredEvent[]): void {
    this.passkeys = foldSystem(events).passkeys ?? {};
    for (const { type, data } of events) if (type === 'rulebook.changed') this.rulebooks.add(String(data.to));
    for (const one of archivedIn(events)) {
      this.archived.set(one.streamId, one);
      for (const fingerprint of one.alerts) this.goneAlerts.set(fingerprint, one.archivedAt);
    }
  }

  /** Takes in one whole stream of an incident, an alert group or a playbook. */
  take(incidentId: string, events: readonly StoredEvent[]): void {
    this.uses.push(...passkeyUsesIn(events));
    const own = new Map<string, AlertPlace>();
    for (const stored of events) {
      const { at } = stored;
      const note = (fingerprint: string, active: boolean) =>
        own.set(fingerprint, { incidentId, active, changedAt: at });
      const read = readEvent(stored);
      if (read.outcome !== 'known') continue;
      const { event } = read;
      switch (event.type) {
        case 'alert.received':
          note(event.data.alert.fingerprint, true);
          this.#name(this.receipts, event.data.receipt, event.data.alert.fingerprint);
          break;
        case 'alert.repeated':
          note(event.data.fingerprint, true);
          this.#name(this.receipts, event.data.receipt, event.data.fingerprint);
          break;
        case 'alert.resolved':
          note(event.data.fingerprint, false);
          this.#name(this.receipts, event.data.receipt, event.data.fingerprint);
          break;
        // What went on is named by its incident, and by a group's event only beside that one.
        case 'group.alert_held':
          this.#name(this.receipts, event.data.receipt, event.data.alert.fingerprint);
          break;
        case 'group.alert_repeated':
        case 'group.alert_ended':
        case 'group.end_remembered':
        case 'group.begin_ignored':
        case 'group.alert_changed':
          this.#name(this.receipts, event.data.receipt, event.data.fingerprint);
          break;
        case 'incident.absorbed':
        case 'incident.split_from':
          for (const { fingerprint, status } of event.data.alerts) note(fingerprint, status === 'firing');
          break;
        case 'incident.split':
          for (const fingerprint of event.data.fingerprints) own.delete(fingerprint);
          break;
        case 'playbook.registered':
        case 'run.started':
          this.versions.add(event.data.playbook.digest);
          break;
        default:
      }
      if (!namesEvidence.has(stored.type)) continue;
      for (const { digest, name } of z.array(ArtifactRef).safeParse(stored.data['artifacts']).data ?? [])
        this.#name(this.evidence, digest, name);
    }
    for (const [fingerprint, place] of own)
      this.alerts.set(fingerprint, [...(this.alerts.get(fingerprint) ?? []), place]);
  }

  #name(names: Map<string, Set<string>>, key: string, name: string): void {
    names.set(key, (names.get(key) ?? new Set()).add(name));
  }
}

/** The system stream folded, with every token it ever made: the latest of a name as it stands, those before as they died. */
export function foldTokens(events: readonly StoredEvent[]): {
  readonly state: SystemState;
  readonly tokens: TokenRecord[];
} {
  let state = emptySystem;
  const byHash = new Map<string, TokenRecord>();
  for (const { type, data, at, actor } of events) {
    const read = readEvent({ type, data });
    if (read.outcome !== 'known') continue;
    const event = { ...read.event, at, actor };
    if (!isSystemEvent(event)) continue;
    state = evolveSystem(state, event);
    for (const token of Object.values(state.tokens)) byHash.set(token.hash, token);
  }
  return { state, tokens: [...byHash.values()] };
}
