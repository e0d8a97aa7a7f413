// Evidence in words: what took it, how it is called, which of it belongs to a run. Pure.
import type { ApiEvidence } from '../../contract/evidence.ts';

/** A piece by its place and name: the same content may be kept twice. */
export const evidenceKey = ({ seq, name, digest }: Pick<ApiEvidence, 'seq' | 'name' | 'digest'>): string =>
  `${seq}/${name}/${digest}`;

/** What it was taken by: `from step diagnose, try 2`, `at opening`. */
export function whence({ capturedBy }: Pick<ApiEvidence, 'capturedBy'>): string {
  switch (capturedBy.type) {
    case 'step': {
      const { step, attempt } = capturedBy;
      return `from step ${step}${attempt > 1 ? `, try ${attempt}` : ''}`;
    }
    case 'opening':
      return 'at opening';
    case 'resolution':
      return 'at resolution';
    case 'chat':
      return 'from the channel';
  }
}

const previews: { readonly [P in ApiEvidence['preview']]: string } = {
  text: 'text',
  json: 'JSON',
  csv: 'table',
  chart: 'chart',
  image: 'image',
  download: 'file',
};

/** What it is, in a word. */
export const kindText = ({ preview }: Pick<ApiEvidence, 'preview'>): string => previews[preview];

/** Pieces that were there at an instant, and of a run where one is named. */
export const evidenceOf = (
  all: readonly ApiEvidence[],
  { runId, at }: { readonly runId?: string | undefined; readonly at?: string | null | undefined },
): readonly ApiEvidence[] =>
  all.filter(
    ({ capturedBy, capturedAt }) =>
      (runId === undefined || (capturedBy.type === 'step' && capturedBy.runId === runId)) &&
      (at === undefined || at === null || Date.parse(capturedAt) <= Date.parse(at)),
  );
