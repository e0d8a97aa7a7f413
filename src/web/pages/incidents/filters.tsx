// The filters of the list of incidents; all of them stand in the address. A filter can be kept under a name.
import { getRouteApi, Link } from '@tanstack/react-router';
import { Bookmark, Search, X } from 'lucide-react';
import { useState } from 'react';
import { dropView, saveView, useSavedViews } from '../../data/saved-views.ts';
import { Button, IconButton } from '../../kit/button.tsx';
import { Dialog, DialogBody, DialogFoot } from '../../kit/dialog.tsx';
import { Field, Input, Select } from '../../kit/field.tsx';
import { cx } from '../../kit/tone.ts';
import type { IncidentSearch } from '../../model/incidents.ts';

const route = getRouteApi('/incidents');

const views = [
  [undefined, 'Open'],
  ['mine', 'Mine'],
  ['all', 'All'],
] as const;

const tab = (isActive: boolean) =>
  cx(
    'inline-flex h-7 items-center rounded-md px-2.5 text-sm font-medium',
    isActive ? 'bg-raised text-ink' : 'text-muted hover:text-ink',
  );

/** The bar. */
export function Filters() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (more: IncidentSearch) => void navigate({ search: { ...search, ...more }, replace: true });
  const isFiltered = Boolean(search.q ?? search.severity ?? search.status);
  return (
    <div className="flex flex-wrap items-center gap-2 border-b px-4 pb-3 md:px-6">
      <nav aria-label="Views" className="flex flex-wrap gap-1">
        {views.map(([view, name]) => (
          <Link
            key={name}
            to="/incidents"
            search={{ ...search, view }}
            className={tab(search.view === view)}
            aria-current={search.view === view ? 'page' : undefined}
            activeProps={{}}
          >
            {name}
          </Link>
        ))}
        <SavedViews />
      </nav>
      <div className="flex w-full flex-wrap items-center gap-2 md:ml-auto md:w-auto">
        <span className="relative min-w-40 flex-1 md:w-56 md:flex-none">
          <Search className="pointer-events-none absolute top-2 left-2.5 size-4 text-muted" aria-hidden="true" />
          <Input
            type="search"
            aria-label="Search incidents"
            placeholder="Title, service, alert, #7"
            value={search.q ?? ''}
            onChange={(event) => set({ q: event.target.value || undefined })}
            className="pl-8"
          />
        </span>
        <Select
          aria-label="Severity"
          value={search.severity ?? ''}
          onChange={(event) => set({ severity: event.target.value === '' ? undefined : Number(event.target.value) })}
        >
          <option value="">Any severity</option>
          {[1, 2, 3, 4].map((severity) => (
            <option key={severity} value={severity}>
              SEV{severity}
            </option>
          ))}
        </Select>
        {search.view !== undefined && (
          <Select
            aria-label="Status"
            value={search.status ?? ''}
            onChange={(event) => set({ status: (event.target.value || undefined) as IncidentSearch['status'] })}
          >
            <option value="">Any status</option>
            <option value="open">Open</option>
            <option value="resolved">Resolved</option>
            <option value="closed">Closed</option>
          </Select>
        )}
        {isFiltered && <SaveView search={search} />}
      </div>
    </div>
  );
}

function SavedViews() {
  const search = route.useSearch();
  const saved = useSavedViews();
  return saved.map((view) => {
    const isActive = JSON.stringify(view.search) === JSON.stringify(search);
    return (
      <span key={view.name} className="inline-flex items-center">
        <Link to="/incidents" search={view.search} className={tab(isActive)} activeProps={{}}>
          {view.name}
        </Link>
        {isActive && (
          <IconButton label={`Forget the view ${view.name}`} className="!size-6" onClick={() => dropView(view.name)}>
            <X className="size-3.5" />
          </IconButton>
        )}
      </span>
    );
  });
}

function SaveView({ search }: { search: IncidentSearch }) {
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const keep = () => {
    if (name.trim() !== '') saveView({ name: name.trim(), search });
    setOpen(false);
    setName('');
  };
  return (
    <>
      <IconButton label="Keep this view" onClick={() => setOpen(true)}>
        <Bookmark className="size-4" />
      </IconButton>
      <Dialog open={open} onClose={() => setOpen(false)} title="Keep this view">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            keep();
          }}
        >
          <DialogBody>
            <Field label="Name" hint="It is kept in this browser.">
              {(its) => (
                <Input {...its} value={name} maxLength={40} onChange={(event) => setName(event.target.value)} />
              )}
            </Field>
          </DialogBody>
          <DialogFoot>
            <Button type="submit" kind="main" why={name.trim() === '' ? 'Give it a name first.' : null}>
              Keep
            </Button>
          </DialogFoot>
        </form>
      </Dialog>
    </>
  );
}
