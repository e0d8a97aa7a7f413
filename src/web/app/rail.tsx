// Where one can go: a rail at the left, on a phone a bar at the bottom.
import { Link } from '@tanstack/react-router';
import { Flame } from 'lucide-react';
import { useApprovals } from '../data/read.ts';
import { Count } from '../kit/parts.tsx';
import { cx } from '../kit/tone.ts';
import { type AppPlace, places } from './places.ts';

/** The rail. */
export function Rail() {
  const approvals = useApprovals('open').data?.items.length ?? 0;
  return (
    <nav
      aria-label="Places"
      className={cx(
        'fixed inset-x-0 bottom-0 z-30 flex border-t bg-surface pb-[env(safe-area-inset-bottom)]',
        'md:static md:w-52 md:shrink-0 md:flex-col md:border-t-0 md:border-r md:pb-0',
      )}
    >
      <Link
        to="/"
        className="hidden h-12 items-center gap-2 px-4 font-semibold md:flex"
        aria-label="Firebreak, to the start"
      >
        <Flame className="size-4 text-accent" aria-hidden="true" /> Firebreak
      </Link>
      <ul className="flex flex-1 justify-between overflow-x-auto px-1 md:flex-none md:flex-col md:gap-0.5 md:px-2 md:pt-1">
        {places.map((place) => (
          <li key={place.to} className="min-w-0 flex-1 md:flex-none">
            <RailLink place={place} count={place.to === '/approvals' ? approvals : 0} />
          </li>
        ))}
      </ul>
    </nav>
  );
}

function RailLink({ place: { to, name, short = name, icon: Icon }, count }: { place: AppPlace; count: number }) {
  return (
    <Link
      to={to}
      activeOptions={{ exact: to === '/' }}
      activeProps={{ className: 'text-ink bg-raised md:bg-raised', 'aria-current': 'page' }}
      inactiveProps={{ className: 'text-muted hover:text-ink hover:bg-raised' }}
      className="relative flex h-14 flex-col items-center justify-center gap-0.5 rounded-md text-[10px] font-medium md:h-8 md:flex-row md:justify-start md:gap-2.5 md:px-2 md:text-sm"
    >
      <Icon className="size-[18px] md:size-4" aria-hidden="true" />
      <span className="max-w-full truncate md:hidden">{short}</span>
      <span className="hidden truncate md:block md:flex-1">{name}</span>
      <span className="absolute top-1.5 left-1/2 ml-1.5 md:static md:ml-0">
        <Count n={count} loud />
      </span>
    </Link>
  );
}
