// Which time, put together by what: all of it stands in the address, so that a link shows the same figures.
import { getRouteApi } from '@tanstack/react-router';
import { Button } from '../../kit/button.tsx';
import { Input, Select } from '../../kit/field.tsx';
import {
  type Grouping,
  groupings,
  type InsightRange,
  type InsightSearch,
  ranges,
  usualRange,
} from '../../model/insights.ts';

const route = getRouteApi('/insights');

/** The row of fields. */
export function RangeFields() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { range = usualRange, since, until, by = 'service', service } = search;
  const isDays = since !== undefined || until !== undefined;
  const put = (change: InsightSearch) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true, resetScroll: false });
  return (
    <div className="flex flex-wrap items-center gap-2 px-4 pb-2 md:px-6">
      <Select
        aria-label="Time"
        value={isDays ? 'days' : range}
        onChange={({ target: { value } }) =>
          value === 'days'
            ? put({ since: new Date(Date.now() - 30 * 86_400_000).toISOString().slice(0, 10), range: undefined })
            : put({ range: value as InsightRange, since: undefined, until: undefined })
        }
      >
        {Object.entries(ranges).map(([value, word]) => (
          <option key={value} value={value}>
            {value === 'all' ? 'All time' : `The last ${word.replace('a year', 'year')}`}
          </option>
        ))}
        <option value="days">From … to …</option>
      </Select>
      {isDays && (
        <>
          <Day label="From" value={since} put={(day) => put({ since: day })} />
          <Day label="To" value={until} put={(day) => put({ until: day })} />
        </>
      )}
      <Select
        aria-label="Put together by"
        value={by}
        onChange={({ target: { value } }) => put({ by: value as Grouping })}
      >
        {Object.entries(groupings).map(([value, word]) => (
          <option key={value} value={value}>
            By {word.toLowerCase()}
          </option>
        ))}
      </Select>
      {service !== undefined && (
        <Button size="small" onClick={() => put({ service: undefined })}>
          Only {service} ✕
        </Button>
      )}
    </div>
  );
}

type DayProps = {
  readonly label: string;
  readonly value: string | undefined;
  readonly put: (day: string | undefined) => void;
};

const Day = ({ label, value, put }: DayProps) => (
  <Input
    type="date"
    aria-label={label}
    className="w-auto text-sm"
    value={value ?? ''}
    onChange={({ target }) => put(target.value || undefined)}
  />
);
