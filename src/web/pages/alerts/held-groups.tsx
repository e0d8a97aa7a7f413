// Alerts that fire and that nobody was told of: what holds each, until when and why.
import { useHeldGroups } from '../../data/read.ts';
import { Card, Section } from '../../kit/card.tsx';
import { Empty, ErrorCard, SkeletonRows } from '../../kit/feedback.tsx';
import { StateGlyph } from '../../kit/state-badge.tsx';
import { Instant, ShortAge } from '../../kit/time.tsx';
import { states } from '../../model/states.ts';

/** The list. */
export function HeldGroups() {
  const groups = useHeldGroups();
  const held = groups.data?.items.flatMap((group) => group.held.map((alert) => ({ group, alert })));
  return (
    <Section title="Held, told to nobody" count={held?.length}>
      {groups.error !== null && held === undefined ? (
        <ErrorCard error={groups.error} what="What is held" retry={() => void groups.refetch()} />
      ) : (
        <Card>
          {held === undefined ? (
            <SkeletonRows rows={3} />
          ) : held.length === 0 ? (
            <Empty title="Nothing is held back">Every alert that fires was told to people.</Empty>
          ) : (
            <ul className="divide-y">
              {held.map(({ group, alert }) => (
                <li key={group.id + alert.fingerprint} className="flex items-start gap-2 px-4 py-2.5">
                  <StateGlyph state={states.silenced} said className="mt-[3px]" />
                  <div className="min-w-0 flex-1">
                    <p className="truncate">{alert.title}</p>
                    <p className="text-xs text-muted">
                      held by {alert.hold.by} {alert.hold.name}
                      {alert.hold.reason !== null && `: “${alert.hold.reason}”`}
                      {alert.hold.until !== null && (
                        <>
                          , until <Instant at={alert.hold.until} />
                        </>
                      )}
                      {alert.count > 1 && ` · ${alert.count} notifications`}
                    </p>
                  </div>
                  <ShortAge at={alert.since} className="text-xs text-muted" />
                </li>
              ))}
            </ul>
          )}
        </Card>
      )}
    </Section>
  );
}
