// Silences and maintenance windows: the coming days as a picture, then each with whose it is, why, until when and what it has held.
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { ApiSilence, ApiWindow } from '../../../contract/mute.ts';
import { ask } from '../../data/client.ts';
import { keys } from '../../data/keys.ts';
import { useLacking, useSilences, useWindows } from '../../data/read.ts';
import { Button } from '../../kit/button.tsx';
import { Card, Section } from '../../kit/card.tsx';
import { ConfirmOrder, type PendingOrder } from '../../kit/confirm-order.tsx';
import { Empty, ErrorCard, Skeleton, SkeletonRows } from '../../kit/feedback.tsx';
import { Mono } from '../../kit/parts.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { Instant, Until } from '../../kit/time.tsx';
import { setsText } from '../../model/mutes.ts';
import { type ShownState, states } from '../../model/states.ts';
import { MuteCalendar } from './mute-calendar.tsx';
import { MuteDialog } from './mute-dialog.tsx';

const route = getRouteApi('/alerts/$section');

const ending = ({ id, sets, held }: ApiSilence): PendingOrder => ({
  title: 'End this silence now?',
  effect: (
    <>
      {setsText(sets)}: what it holds and still fires is told to people at once.
      {held !== null && ` It has held ${held.count} so far.`}
    </>
  ),
  label: 'End the silence',
  give: (reason) => ask('DELETE /silences/:id', { params: { id }, body: { reason } }),
  given: 'The silence is over',
});

const removing = ({ id, name }: ApiWindow): PendingOrder => ({
  title: `Remove the window ${name}?`,
  effect: 'It comes no more. What it holds now and still fires is told to people at once.',
  label: 'Remove the window',
  give: (reason) => ask('DELETE /windows/:id', { params: { id }, body: { reason } }),
  given: `The window ${name} is removed`,
});

/** The part. */
export function Mutes() {
  const queries = useQueryClient();
  const navigate = route.useNavigate();
  const { silence } = route.useSearch();
  const silences = useSilences();
  const windows = useWindows();
  const lacking = useLacking('operate');
  const [pending, setPending] = useState<PendingOrder | null>(null);
  const again = () => {
    for (const queryKey of [keys.silences, keys.windows, keys.alertGroups])
      void queries.invalidateQueries({ queryKey });
  };
  const error = silences.error ?? windows.error;
  const loaded = silences.data !== undefined && windows.data !== undefined;
  return (
    <div className="space-y-8">
      {loaded ? (
        <MuteCalendar silences={silences.data.items} windows={windows.data.items} />
      ) : (
        error === null && <Skeleton className="h-40 w-full" />
      )}
      {error !== null && !loaded && (
        <ErrorCard
          error={error}
          what="Silences and windows"
          retry={() => void Promise.all([silences.refetch(), windows.refetch()])}
        />
      )}
      <Section title="Silences" count={silences.data?.items.length}>
        <Card>
          {silences.data === undefined ? (
            <SkeletonRows rows={2} />
          ) : silences.data.items.length === 0 ? (
            <Empty title="Nothing is silenced">A silence keeps matching alerts from people until it ends.</Empty>
          ) : (
            <ul className="divide-y" aria-label="Silences">
              {silences.data.items.map((one) => (
                <SilenceRow key={one.id} silence={one} why={lacking} onEnd={() => setPending(ending(one))} />
              ))}
            </ul>
          )}
        </Card>
      </Section>
      <Section title="Maintenance windows" count={windows.data?.items.length}>
        <Card>
          {windows.data === undefined ? (
            <SkeletonRows rows={2} />
          ) : windows.data.items.length === 0 ? (
            <Empty title="No maintenance is planned">
              A window expects alerts for a time, once or again and again.
            </Empty>
          ) : (
            <ul className="divide-y" aria-label="Maintenance windows">
              {windows.data.items.map((one) => (
                <WindowRow key={one.id} window={one} why={lacking} onEnd={() => setPending(removing(one))} />
              ))}
            </ul>
          )}
        </Card>
      </Section>
      <ConfirmOrder
        order={pending}
        onClose={() => {
          setPending(null);
          again();
        }}
      />
      {silence !== undefined && (
        <MuteDialog
          match={silence}
          onClose={() => {
            again();
            void navigate({ search: (before) => ({ ...before, silence: undefined }), replace: true });
          }}
        />
      )}
    </div>
  );
}

type RowProps = { readonly why: string | null; readonly onEnd: () => void };

function SilenceRow({ silence, why, onEnd }: RowProps & { silence: ApiSilence }) {
  const { state, sets, reason, owner, startsAt, endsAt, held, forgotten, from } = silence;
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-72">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <StateBadge state={state === 'active' ? states.silenced : states.scheduled} plain />
          <Mono>{setsText(sets)}</Mono>
        </p>
        <p className="mt-0.5 text-sm">{reason}</p>
        <p className="text-xs text-muted">
          {owner} ·{' '}
          {state === 'pending' && (
            <>
              from <Instant at={startsAt} />{' '}
            </>
          )}
          until <Until at={endsAt} /> · {held === null ? 'has held nothing' : `has held ${held.count}`}
          {from === 'file' && ' · stands in the configuration'}
        </p>
        {forgotten !== null && <p className="text-xs text-amber">Looks forgotten: {forgotten}</p>}
      </div>
      {from === 'person' && (
        <Button size="small" why={why} onClick={onEnd}>
          End now…
        </Button>
      )}
    </li>
  );
}

const windowState = ({ now }: ApiWindow): ShownState =>
  now === null ? states.scheduled : { word: 'In maintenance', tone: 'grey', glyph: 'none' };

function WindowRow({ window: one, why, onEnd }: RowProps & { window: ApiWindow }) {
  const { name, where, reason, owner, mode, now, next, endsAt, from } = one;
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-72">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <StateBadge state={windowState(one)} plain />
          <span className="font-medium">{name}</span>
          <Mono>{where === null ? 'every alert' : setsText([where])}</Mono>
        </p>
        <p className="mt-0.5 text-sm">{reason}</p>
        <p className="text-xs text-muted">
          {owner} · {mode === 'quiet' ? 'tells nobody' : 'gathers all into one incident'}
          {now?.endsAt && (
            <>
              {' · open until '}
              <Instant at={now.endsAt} />
            </>
          )}
          {now === null && next?.startsAt && (
            <>
              {' · next '}
              <Until at={next.startsAt} />
            </>
          )}
          {endsAt !== null && (
            <>
              {' · over for good '}
              <Instant at={endsAt} />
            </>
          )}
          {from === 'file' && ' · stands in the configuration'}
        </p>
      </div>
      {from === 'person' && (
        <Button size="small" why={why} onClick={onEnd}>
          Remove…
        </Button>
      )}
    </li>
  );
}
