// The app's Home tab of one person, as the app has published it.
import { useEffect, useMemo } from 'react';
import type { Input } from './block-kit.ts';
import { Blocks } from './blocks.tsx';
import { SurfaceContext } from './elements.tsx';
import { act, type State } from './state.ts';

/** The tab; opening it is told to the app. */
export function Home({ state, me }: { readonly state: State; readonly me: string }) {
  useEffect(() => {
    void act('/home', { user: me });
  }, [me]);
  const shown = state.views.find(({ user, view }) => user === me && view.type === 'home');
  const viewId = shown?.id;
  const surface = useMemo(
    () => ({
      state,
      me,
      async use(element: Input, value?: string | readonly string[]) {
        const { seen } = await act('/view-click', { user: me, viewId, actionId: element.action_id, value });
        return seen.kind === 'error' ? seen.text : '';
      },
    }),
    [state, me, viewId],
  );
  if (!shown) return <p className="empty">{state.app.name} has published nothing here yet.</p>;
  return (
    <SurfaceContext value={surface}>
      <div className="home">
        <Blocks blocks={shown.view.blocks} />
      </div>
    </SurfaceContext>
  );
}
