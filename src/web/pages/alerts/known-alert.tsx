// Picks an alert that is known: by its fingerprint, or out of what fires and what is held. The choice stands in the address.
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useHeldGroups, useIncidentPages } from '../../data/read.ts';
import { Button } from '../../kit/button.tsx';
import { Card } from '../../kit/card.tsx';
import { Empty, SkeletonRows } from '../../kit/feedback.tsx';
import { Field, Input } from '../../kit/field.tsx';
import { useListKeys } from '../../kit/list-keys.ts';
import { StateGlyph } from '../../kit/state-badge.tsx';
import { cx } from '../../kit/tone.ts';
import { holdState } from '../../model/holds.ts';
import { alertState, type ShownState } from '../../model/states.ts';

const route = getRouteApi('/alerts/$section');

type Known = { readonly fingerprint: string; readonly title: string; readonly state: ShownState };

/** Every alert of open incidents, and every one that is held; undefined: not loaded yet. */
function useKnown(): readonly Known[] | undefined {
  const incidents = useIncidentPages({ status: 'open' }).data;
  const groups = useHeldGroups().data;
  if (incidents === undefined || groups === undefined) return undefined;
  const held = groups.items.flatMap((group) =>
    group.held.map(({ fingerprint, title, hold }) => ({ fingerprint, title, state: holdState(hold) })),
  );
  const ofIncidents = incidents.pages.flatMap(({ items }) =>
    items.flatMap(({ alerts }) =>
      Object.entries(alerts).map(([fingerprint, alert]) => ({
        fingerprint,
        title: alert.title,
        state: alertState(alert),
      })),
    ),
  );
  return [...new Map([...ofIncidents, ...held].map((one) => [one.fingerprint, one])).values()];
}

/** The picker. */
export function KnownAlert() {
  const navigate = route.useNavigate();
  const { fingerprint = '' } = route.useSearch();
  const [typed, setTyped] = useState(fingerprint);
  const known = useKnown();
  const list = useListKeys<HTMLUListElement>();
  const pick = (chosen: string) => {
    setTyped(chosen);
    void navigate({ search: (before) => ({ ...before, fingerprint: chosen || undefined }), replace: true });
  };
  const found = known?.filter(({ title, fingerprint: id }) =>
    `${title} ${id}`.toLowerCase().includes(typed === fingerprint ? '' : typed.trim().toLowerCase()),
  );
  return (
    <form
      className="space-y-3"
      onSubmit={(event) => {
        event.preventDefault();
        pick(typed.trim());
      }}
    >
      <Field label="Fingerprint or title" hint="A fingerprint that is not in the list is asked for with Explain.">
        {(its) => (
          <span className="flex gap-2">
            <Input {...its} value={typed} onChange={(event) => setTyped(event.target.value)} />
            <Button
              type="submit"
              kind="main"
              why={typed.trim() === '' ? 'Pick an alert, or type a fingerprint.' : null}
            >
              Explain
            </Button>
          </span>
        )}
      </Field>
      <Card>
        {found === undefined ? (
          <SkeletonRows rows={4} />
        ) : found.length === 0 ? (
          <Empty title={known?.length === 0 ? 'No alert fires, and none is held' : 'No alert of this name'} />
        ) : (
          <ul ref={list} aria-label="Alerts that are known" className="max-h-96 divide-y overflow-y-auto">
            {found.slice(0, 200).map(({ fingerprint: id, title, state }) => (
              <li key={id}>
                <button
                  type="button"
                  data-row
                  aria-current={id === fingerprint ? 'true' : undefined}
                  onClick={() => pick(id)}
                  className={cx(
                    'flex min-h-9 w-full items-center gap-2 px-3 py-1.5 text-left text-sm hover:bg-surface focus-visible:-outline-offset-2',
                    id === fingerprint && 'bg-raised',
                  )}
                >
                  <StateGlyph state={state} said />
                  <span className="min-w-0 flex-1 truncate">{title}</span>
                  <span className="hidden max-w-28 truncate font-mono text-xs text-muted sm:inline">{id}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
      </Card>
    </form>
  );
}
