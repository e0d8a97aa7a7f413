// Incidents by their numbers, as links.
import { Link } from '@tanstack/react-router';

/** So many are named. */
const shown = 5;

/** `#12 #9 #4`. */
export const Numbers = ({ of }: { of: readonly number[] }) => (
  <span className="inline-flex gap-1.5">
    {of.slice(0, shown).map((number) => (
      <Link
        key={number}
        to="/incidents/$number"
        params={{ number: String(number) }}
        className="relative z-10 text-muted hover:text-ink hover:underline"
      >
        #{number}
      </Link>
    ))}
    {of.length > shown && <span className="text-muted">…</span>}
  </span>
);
