// Whether a value of a parsed JSON file is a stored event, told by hand: to let the schema look at every member of a hundred thousand events
// takes longer than to recalculate their chain. It says no where the schema might say yes, never the other way round. Pure.

import { Actor } from '../actor.ts';
import { StoredEvent as Schema, type StoredEvent } from '../events.ts';

type Members = { readonly [name: string]: unknown };

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const texts = ['streamId', 'type', 'at', 'cause', 'prevHash', 'hash'] as const;
const memberCount = Object.keys(Schema.shape).length;

const kinds: ReadonlySet<unknown> = new Set(Actor.shape.kind.options);
const surfaces: ReadonlySet<unknown> = new Set(Actor.shape.via.unwrap().options);

function isActor(value: unknown): boolean {
  if (!isObject(value) || !kinds.has(value['kind']) || typeof value['id'] !== 'string') return false;
  const { name, via, person } = value;
  return (
    (name === undefined || typeof name === 'string') &&
    (via === undefined || surfaces.has(via)) &&
    (person === undefined || typeof person === 'string')
  );
}

/** What JSON.parse gives is JSON but for one thing: numbers that are too large for it become infinite. */
function hasFiniteNumbers(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(hasFiniteNumbers);
  for (const name in value) if (!hasFiniteNumbers((value as Members)[name])) return false;
  return true;
}

/** True only for what the schema takes as it stands, with no member besides. */
export function isPlainEvent(value: unknown): value is StoredEvent {
  if (!isObject(value) || Object.keys(value).length !== memberCount) return false;
  for (const name of texts) if (typeof value[name] !== 'string') return false;
  const { seq, actor, data } = value;
  return Number.isSafeInteger(seq) && Number(seq) >= 1 && isActor(actor) && isObject(data) && hasFiniteNumbers(data);
}
