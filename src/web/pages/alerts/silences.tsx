// Silences and maintenance windows that are not over, with what each has held.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApiSilence } from '../../../contract/mute.ts';
import { ask } from '../../data/client.ts';
import { keys } from '../../data/keys.ts';
import { useLacking, useSilences, useWindows } from '../../data/read.ts';
import { Button } from '../../kit/button.tsx';
import { Card, Section } from '../../kit/card.tsx';
import { ConfirmOrder, type PendingOrder } from '../../kit/confirm-order.tsx';
import { Empty, ErrorCard, SkeletonRows } from '../../kit/feedback.tsx';
import { Mono } from '../../kit/parts.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { Age, Instant } from '../../kit/time.tsx';
import { setsText } from '../../model/mutes.ts';
import { states } from '../../model/states.ts';

const ending = (silence: ApiSilence): PendingOrder => ({
  title: 'End this silence now?',
  effect: 'Alerts that it held and that still fire are told to people at once.',
  label: 'End the silence',
  give: (reason) => ask('DELETE /silences/:id', { params: { id: silence.id }, body: { reason } }),
  given: 'The silence is over',
});

/** The two lists. */
export function Silences() {
  const queries = useQueryClient();
  const silences = useSilences();
  const windows = useWindows();
  const lacking = useLacking('operate');
  const [pending, setPending] = useState<PendingOrder | null>(null);
  const close = () => {
    setPending(null);
    void queries.invalidateQueries({ queryKey: keys.silences });
  };
  const items = silences.data?.items;
  return (
    <>
      <Section title="Silences" count={items?.length}>
        {silences.error !== null && items === undefined ? (
          <ErrorCard error={silences.error} what="The silences" retry={() => void silences.refetch()} />
        ) : (
          <Card>
            {items === undefined ? (
              <SkeletonRows rows={2} />
            ) : items.length === 0 ? (
              <Empty title="Nothing is silenced" />
            ) : (
              <ul className="divide-y">
                {items.map((silence) => (
                  <li key={silence.id} className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-3">
                    <div className="min-w-0 flex-1 basis-72">
                      <p className="flex flex-wrap items-center gap-2">
                        <StateBadge state={silence.state === 'active' ? states.silenced : states.scheduled} plain />
                        <Mono>{setsText(silence.sets)}</Mono>
                      </p>
                      <p className="mt-0.5 text-sm">{silence.reason}</p>
                      <p className="text-xs text-muted">
                        {silence.owner} · until <Instant at={silence.endsAt} />
                        {silence.held && ` · held ${silence.held.count}`}
                        {silence.from === 'file' && ' · in the configuration'}
                      </p>
                      {silence.forgotten !== null && (
                        <p className="text-xs text-amber">Looks forgotten: {silence.forgotten}</p>
                      )}
                    </div>
                    {silence.from === 'person' && (
                      <Button size="small" why={lacking} onClick={() => setPending(ending(silence))}>
                        End now…
                      </Button>
                    )}
                  </li>
                ))}
              </ul>
            )}
          </Card>
        )}
      </Section>
      {windows.data && windows.data.items.length > 0 && (
        <Section title="Maintenance windows" count={windows.data.items.length}>
          <Card>
            <ul className="divide-y">
              {windows.data.items.map((one) => (
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
      )}
      <ConfirmOrder order={pending} onClose={close} />
    </>
  );
}
