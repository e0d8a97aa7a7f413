// A figure with how sure one may be of it, in one line of a table.
import type { ApiEstimate } from '../../../contract/insights.ts';
import { type Measure, toldEstimate } from '../../model/insights.ts';

/** The figure; its interval and how many it is made of stand beside it. */
export function Estimate({ of, as = 'time' }: { of: ApiEstimate; as?: Measure }) {
  const told = toldEstimate(of, as);
  if (told === null) return <span className="text-muted">–</span>;
  return (
    <span className="tabular" title={told.between === null ? 'Too few to say how sure this is' : undefined}>
      {told.value}
      <span className="ml-1.5 text-xs text-muted">
        {told.between !== null && <span className="hidden xl:inline">{told.between} · </span>}n {told.n}
      </span>
    </span>
  );
}
