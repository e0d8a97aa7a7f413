// A box with a heading: the columns of the start page and the parts of every other page.
import { ChevronDown } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { Count } from './parts.tsx';
import { cx } from './tone.ts';

/** A part of a page with its heading; one that `folds` remembers whether it is open as long as the page lives. */
export function Section({
  title,
  count,
  loud = false,
  folds = false,
  aside,
  children,
  className,
}: {
  title: string;
  count?: number | undefined;
  loud?: boolean;
  folds?: boolean;
  aside?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  const [open, setOpen] = useState(true);
  const id = useId();
  const heading = (
    <>
      {title} {count !== undefined && <Count n={count} loud={loud} />}
    </>
  );
  return (
    <section aria-labelledby={id} className={cx('min-w-0', className)}>
      <div className="flex min-h-9 items-center gap-2 pb-1">
        <h2 id={id} className="flex items-center gap-2 text-sm font-semibold">
          {folds ? (
            <button
              type="button"
              aria-expanded={open}
              onClick={() => setOpen(!open)}
              className="flex items-center gap-2"
            >
              {heading}
              <ChevronDown
                className={cx('size-4 text-muted transition-transform', !open && '-rotate-90')}
                aria-hidden="true"
              />
            </button>
          ) : (
            heading
          )}
        </h2>
        <div className="ml-auto flex items-center gap-2">{aside}</div>
      </div>
      {open && children}
    </section>
  );
}

/** A quiet frame around what belongs together. */
export const Card = ({ children, className }: { children: ReactNode; className?: string }) => (
  <div className={cx('overflow-hidden rounded-lg border bg-page', className)}>{children}</div>
);

/** The title of a page, with what can be done there. */
export function PageHead({ title, children, below }: { title: ReactNode; children?: ReactNode; below?: ReactNode }) {
  return (
    <header className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 pt-5 pb-4 md:px-6">
      <h1 className="text-xl font-semibold">{title}</h1>
      <div className="ml-auto flex flex-wrap items-center gap-2">{children}</div>
      {below !== undefined && <div className="w-full text-sm text-muted">{below}</div>}
    </header>
  );
}

/** The width of a page's content. */
export const PageBody = ({ children, className }: { children: ReactNode; className?: string }) => (
  <div className={cx('max-w-[1200px] px-4 pb-10 md:px-6', className)}>{children}</div>
);

/** Names and values, one below the other. */
export const Facts = ({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) => (
  <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-sm">
    {facts.map(([name, value]) => (
      <div key={name} className="contents">
        <dt className="text-muted">{name}</dt>
        <dd className="min-w-0">{value}</dd>
      </div>
    ))}
  </dl>
);
