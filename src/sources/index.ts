// The alert sources. One more is one file and one line here.
import type { Source } from '../spi/source.ts';
import { alertmanager } from './alertmanager.ts';
import { generic } from './generic.ts';

/** All sources by id. */
export const sources: ReadonlyMap<string, Source> = new Map(
  [alertmanager, generic].map((source) => [source.id, source]),
);
