// Parts of a page that have addresses of their own, as a row of links. Knows no page.
import { Link, type LinkProps } from '@tanstack/react-router';
import { Count } from './parts.tsx';
import { cx } from './tone.ts';

/** A part with where it stands. */
export type Tab = {
  readonly name: string;
  readonly to: LinkProps['to'];
  readonly params?: { readonly [name: string]: string };
  readonly search?: { readonly [name: string]: string | undefined };
  readonly isHere: boolean;
  /** How many things there want somebody. */
  readonly count?: number | undefined;
};

/** The row; on a phone it is pushed sideways. */
export function Tabs({ label, tabs }: { label: string; tabs: readonly Tab[] }) {
  return (
    <nav aria-label={label} className="flex gap-1 overflow-x-auto border-b px-2 md:px-4">
      {tabs.map(({ name, isHere, count, to, params, search }) => (
        <Link
          key={name}
          {...({ to, params, search: search ?? {} } as LinkProps)}
          activeProps={{}}
          aria-current={isHere ? 'page' : undefined}
          className={cx(
            'flex h-9 shrink-0 items-center gap-1.5 border-b-2 px-2 text-sm font-medium whitespace-nowrap focus-visible:-outline-offset-2',
            isHere ? 'border-ink text-ink' : 'border-transparent text-muted hover:text-ink',
          )}
        >
          {name}
          {count !== undefined && <Count n={count} />}
        </Link>
      ))}
    </nav>
  );
}
