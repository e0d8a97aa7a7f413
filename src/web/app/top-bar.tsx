// The bar above every page: search, the live dot, the person.
import { Flame, Search } from 'lucide-react';
import { Kbd } from '../kit/parts.tsx';
import { LiveDot } from './live-dot.tsx';
import { PersonMenu } from './person-menu.tsx';

/** The bar. */
export function TopBar({ search, help }: { search: () => void; help: () => void }) {
  return (
    <header className="flex h-12 shrink-0 items-center gap-2 border-b bg-page px-3 md:px-4">
      <Flame className="size-4 text-accent md:hidden" aria-hidden="true" />
      <button
        type="button"
        onClick={search}
        className="flex h-8 min-w-0 flex-1 items-center gap-2 rounded-md border bg-surface px-2.5 text-sm text-muted hover:border-strong md:max-w-md"
      >
        <Search className="size-4 shrink-0" aria-hidden="true" />
        <span className="flex-1 truncate text-left">Search or go to…</span>
        <span className="hidden gap-1 md:flex">
          <Kbd>/</Kbd>
        </span>
      </button>
      <div className="ml-auto flex items-center gap-1.5">
        <LiveDot />
        <PersonMenu help={help} />
      </div>
    </header>
  );
}
