// Action items of all incidents: open, mine, overdue, all.
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMe } from '../../data/read.ts';
import { useActionItemPages } from '../../data/read-follow-up.ts';
import { Button } from '../../kit/button.tsx';
import { Card, PageBody, PageHead } from '../../kit/card.tsx';
import { Empty, ErrorCard, SkeletonRows } from '../../kit/feedback.tsx';
import { useListKeys } from '../../kit/list-keys.ts';
import { Tabs } from '../../kit/tabs.tsx';
import { useTitle } from '../../kit/title.ts';
import { byDue, type ItemView, isOwnedBy, itemViews, queryOf } from '../../model/action-items.ts';
import { ItemRow } from './item-row.tsx';

const route = getRouteApi('/actions');
const names: { readonly [V in ItemView]: string } = { open: 'To do', mine: 'Mine', overdue: 'Overdue', all: 'All' };
const nothing: { readonly [V in ItemView]: string } = {
  open: 'Nothing is to be done',
  mine: 'Nothing of it is yours',
  overdue: 'Nothing is overdue',
  all: 'There are no action items yet',
};

/** The page. */
export function ActionsPage() {
  const { show = 'open' } = route.useSearch();
  const queries = useQueryClient();
  const me = useMe().data?.actor;
  const pages = useActionItemPages(queryOf(show));
  const list = useListKeys<HTMLUListElement>();
  useTitle('Action items');
  const items = pages.data?.pages
    .flatMap((page) => page.items)
    .filter((item) => show !== 'mine' || (me !== undefined && isOwnedBy(item, me)))
    .toSorted(byDue);
  return (
    <>
      <PageHead title="Action items" />
      <Tabs
        label="Which action items"
        tabs={itemViews.map((view) => ({
          name: names[view],
          to: '/actions',
          search: { show: view === 'open' ? undefined : view },
          isHere: view === show,
        }))}
      />
      <PageBody className="pt-5">
        {items === undefined && pages.error !== null ? (
          <ErrorCard error={pages.error} what="The action items" retry={() => void pages.refetch()} />
        ) : (
          <Card>
            {items === undefined ? (
              <SkeletonRows rows={5} />
            ) : items.length === 0 ? (
              <Empty title={nothing[show]}>
                They are added on the postmortem of an incident, with <code>firebreak actions add</code>, or in Slack.
              </Empty>
            ) : (
              <ul ref={list} aria-label="Action items" className="divide-y">
                {items.map((item) => (
                  <ItemRow
                    key={item.id}
                    item={item}
                    isMixed
                    onChanged={() => void queries.invalidateQueries({ queryKey: ['action-items'] })}
                  />
                ))}
              </ul>
            )}
          </Card>
        )}
        {pages.hasNextPage && (
          <Button size="small" className="mt-3" onClick={() => void pages.fetchNextPage()}>
            Those of older incidents
          </Button>
        )}
      </PageBody>
    </>
  );
}
