// The name of whoever did something, as every sentence of the timeline has it.
import type { Actor } from '../events.ts';

/** The name of an actor. */
export const actorName = ({ kind, id, name }: Actor): string => (kind === 'system' ? 'Firebreak' : (name ?? id));
