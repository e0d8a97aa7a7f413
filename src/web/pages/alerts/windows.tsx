// Maintenance windows that are not over: what each expects, and when it comes next.
import { useWindows } from '../../data/read.ts';
import { Card, Section } from '../../kit/card.tsx';
import { Mono } from '../../kit/parts.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { Age } from '../../kit/time.tsx';
import { setsText } from '../../model/mutes.ts';
import { states } from '../../model/states.ts';

/** Nothing while there is none. */
export function Windows() {
  const { data } = useWindows();
  if (!data || data.items.length === 0) return null;
  return (
    <Section title="Maintenance windows" count={data.items.length}>
      <Card>
        <ul className="divide-y">
          {data.items.map((one) => (
            <li key={one.id} className="px-4 py-3">
              <p className="flex flex-wrap items-center gap-2">
                <StateBadge state={one.now ? states.silenced : states.scheduled} plain />
                <span className="font-medium">{one.name}</span>
                {one.where && <Mono>{setsText([one.where])}</Mono>}
              </p>
              <p className="text-xs text-muted">
                {one.reason} · {one.owner}
                {one.next?.startsAt && (
                  <>
                    {' '}
                    · next <Age at={one.next.startsAt} />
                  </>
                )}
              </p>
            </li>
          ))}
        </ul>
      </Card>
    </Section>
  );
}
