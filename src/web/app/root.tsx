// What stands around every page: who looks is asked, then the frame. An exported bundle is looked at by whoever has the file: nobody is asked,
// and nothing is loaded.
import { Outlet, useRouterState } from '@tanstack/react-router';
import { Frame } from './frame.tsx';
import { Gate } from './gate.tsx';

/** The root of the pages. */
export function Root() {
  const needsNobody = useRouterState({ select: ({ matches }) => matches.some(({ routeId }) => routeId === '/bundle') });
  if (needsNobody) return <Outlet />;
  return (
    <Gate>
      <Frame />
    </Gate>
  );
}
