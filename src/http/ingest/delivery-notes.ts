// Counts what is refused and which fields are wrong, and writes it down every few seconds, however much there is. Holds no body.
import { cleanText } from '../../core/json.ts';
import type { FieldFault } from '../../core/refusal.ts';
import type { DeliveryNoteStore, FieldFaultCount, RefusedDelivery } from '../../ports/delivery-notes.ts';
import type { Log } from '../../ports/runtime.ts';

/** What is to be noted; the clock and the counting are added here. */
type Refused = Pick<RefusedDelivery, 'source' | 'integration' | 'outcome' | 'reason' | 'peer'>;
type Faulty = {
  readonly source: string;
  readonly integration: string;
  readonly kind: FieldFaultCount['kind'];
  readonly faults: readonly FieldFault[];
};

/** Takes notes. None of it waits, and none of it rejects. */
export type NoteTaker = {
  readonly refused: (refused: Refused) => void;
  readonly faulty: (faulty: Faulty) => void;
  /** Writes down what is not written yet. */
  readonly flush: () => Promise<void>;
};

type NoteTakerDeps = {
  readonly store: Pick<DeliveryNoteStore, 'add'>;
  /** Counts a fault under a label of which there are few. */
  readonly countField: (source: string, field: string) => void;
  readonly nowMs: () => number;
  readonly log: Pick<Log, 'warn'>;
  /** Masks known secrets: what a body says may be part of a reason. */
  readonly mask: (text: string) => string;
  /** Calls back once, later. */
  readonly later: (callback: () => void, ms: number) => void;
};

const flushAfterMs = 3000;
/** Kinds of one integration within that time; what goes beyond is one kind more. */
const maxKinds = 50;

/** Characters of a reason. */
const maxText = 300;

/** Makes it. */
export function createNoteTaker({ store, countField, nowMs, log, mask, later }: NoteTakerDeps): NoteTaker {
  const refused = createTally<RefusedDelivery>();
  const faults = createTally<FieldFaultCount>();
  let isDue = false;

  const flush = async (): Promise<void> => {
    const notes = { refused: refused.take(), faults: faults.take() };
    if (notes.refused.length === 0 && notes.faults.length === 0) return;
    try {
      await store.add(notes);
    } catch (error) {
      // The log has each of them too. What cannot be written is not kept in memory for it.
      log.warn({ err: error }, 'what was refused could not be noted');
    }
  };
  const soon = (): void => {
    if (isDue) return;
    isDue = true;
    later(() => {
      isDue = false;
      void flush();
    }, flushAfterMs);
  };
  const short = (text: string): string => cleanText(mask(text)).slice(0, maxText).toWellFormed();
  const now = (): string => new Date(nowMs()).toISOString();

  return {
    refused({ source, integration, outcome, reason, peer }) {
      const at = now();
      const kind = { source, integration, outcome, reason: short(reason), peer };
      refused.add({
        of: `${source}/${integration}`,
        key: JSON.stringify([outcome, kind.reason, peer]),
        entry: { ...kind, firstAt: at, lastAt: at, count: 1 },
        other: { ...kind, reason: 'many more, for other reasons or from other addresses', peer: '' },
      });
      soon();
    },
    faulty({ source, integration, kind, faults: found }) {
      const at = now();
      for (const { path, message } of found) {
        const field = fieldName(path);
        countField(source, field);
        const about = { source, integration, kind, message: short(message) };
        faults.add({
          of: `${source}/${integration}`,
          key: JSON.stringify([field, kind]),
          entry: { ...about, field, firstAt: at, lastAt: at, count: 1 },
          other: { ...about, field: 'other' },
        });
      }
      if (found.length > 0) soon();
    },
    flush,
  };
}

/** A place in a body as the name of a field: places in lists are `*`, and what is no name is not shown. */
export function fieldName(path: string): string {
  const parts = path.split('.').map((part) => (/^\d+$/.test(part) ? '*' : part));
  const name = parts.join('.');
  return /^(?:\(body\)|[\w*@-]+(?:\.[\w*@-]+){0,7})$/.test(name) && name.length <= 100 ? name : 'other';
}

/** The field that a remark is about: what stands before its colon. */
export function remarkedField(remark: string): FieldFault {
  const [, path = '(body)', message = remark] = /^([\w.*@-]{1,100}): (.*)$/s.exec(remark) ?? [];
  return { path, message };
}

type Counted = { readonly firstAt: string; readonly lastAt: string; readonly count: number };

/** Entries by integration and kind, each counted; of too many kinds the last is all the others. */
function createTally<T extends Counted>() {
  let all = new Map<string, Map<string, T>>();
  return {
    add({ of, key, entry, other }: { of: string; key: string; entry: T; other: Omit<T, keyof Counted> }): void {
      const kinds = all.get(of) ?? new Map<string, T>();
      all.set(of, kinds);
      const isMany = kinds.size >= maxKinds && !kinds.has(key);
      const place = isMany ? 'other' : key;
      const known = kinds.get(place);
      const counted = known ? { firstAt: known.firstAt, count: known.count + 1 } : {};
      kinds.set(place, { ...entry, ...(isMany ? other : {}), ...counted });
    },
    take(): readonly T[] {
      const taken = [...all.values()].flatMap((kinds) => [...kinds.values()]);
      all = new Map();
      return taken;
    },
  };
}
