// Waits a moment for what the page begins with: its script, who looks at it, and its first answers, all of which are on their way already. To
// draw a page once costs half of drawing a place for each of its parts first.
import type { QueryClient } from '@tanstack/react-query';
import { meQuery } from '../data/read.ts';
import type { createAppRouter } from './router.tsx';

/** After this long something is drawn, whatever has come. */
const patienceMs = 300;

/** Resolves when what the page begins with has come, or after a moment. */
export async function begin(router: ReturnType<typeof createAppRouter>, queries: QueryClient): Promise<void> {
  const begun = async () => {
    await router.load();
    // An exported bundle is looked at by whoever has the file.
    if (router.state.matches.some(({ routeId }) => routeId === '/bundle')) return;
    await queries.prefetchQuery(meQuery);
    await answered(queries);
  };
  await Promise.race([begun(), new Promise((resolve) => setTimeout(resolve, patienceMs))]);
}

/** Resolves when nothing is asked for any more. */
const answered = (queries: QueryClient): Promise<void> =>
  new Promise((resolve) => {
    const look = () => {
      if (queries.isFetching() > 0) return;
      leave();
      resolve();
    };
    const leave = queries.getQueryCache().subscribe(look);
    look();
  });
