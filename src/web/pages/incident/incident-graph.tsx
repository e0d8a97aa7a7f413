// The graph of one of an incident's runs, beside what else is shown; a press on a step goes to it on the page of the run.
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useState } from 'react';
import type { ApiFrameRun } from '../../../contract/frame.ts';
import { Button } from '../../kit/button.tsx';
import { Card, Section } from '../../kit/card.tsx';
import { Skeleton } from '../../kit/feedback.tsx';
import { Select } from '../../kit/field.tsx';

const RunGraph = lazy(() => import('../run/run-graph.tsx').then(({ RunGraph: it }) => ({ default: it })));

/** The section; nothing where no run has steps. */
export function IncidentGraph({ runs }: { runs: readonly ApiFrameRun[] }) {
  const drawable = runs.filter(({ steps }) => steps.length > 0);
  const [open, setOpen] = useState(false);
  const [chosen, choose] = useState<string | null>(null);
  const navigate = useNavigate();
  const run = drawable.find(({ id }) => id === chosen) ?? drawable.at(-1);
  const id = run?.id;
  const onOpen = useCallback(
    (key: string) => {
      if (id !== undefined) void navigate({ to: '/runs/$id', params: { id }, hash: `step-${key}` });
    },
    [id, navigate],
  );
  if (run === undefined) return null;
  return (
    <Section
      title="Run graph"
      aside={
        <>
          {open && drawable.length > 1 && (
            <Select aria-label="Which run" value={run.id} onChange={(event) => choose(event.target.value)}>
              {drawable.map(({ id: one, playbook, word }) => (
                <option key={one} value={one}>{`${playbook.name}, ${word}`}</option>
              ))}
            </Select>
          )}
          <Button size="small" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? 'Hide the graph' : 'Show the graph'}
          </Button>
        </>
      }
    >
      {open && (
        <Card>
          <Suspense fallback={<Skeleton className="h-40 w-full" />}>
            <RunGraph steps={run.steps} onOpen={onOpen} />
          </Suspense>
        </Card>
      )}
    </Section>
  );
}
