// How an interceptor is added: where it stands among the others, and what it is made of. Knows none of them.
import type { EngineOptions, EnginePorts } from '../engine-ports.ts';
import type { Dispatcher } from '../runs/dispatch-run.ts';
import type { Driver } from '../runs/drive-run.ts';
import type { Interceptor } from './interceptor.ts';

/** What an interceptor may be made of. `driver` and `dispatcher` are asked for when something happens, not before. */
export type InterceptorParts = {
  readonly ports: EnginePorts;
  readonly options: EngineOptions;
  readonly driver: () => Driver;
  readonly dispatcher: () => Dispatcher;
};

/** The places, the outermost first. Those of one place stand in the order of their exported names. */
const places = ['outer', 'middle', 'inner'] as const;

/** One interceptor as the list has it. `make` answers null where it has nothing to do. */
export type InterceptorDefinition = {
  /** `outer` acts on what all others have let through; `inner` is the closest to what really happens. */
  readonly place: (typeof places)[number];
  readonly make: (parts: InterceptorParts) => Interceptor | null;
};

/** Makes the interceptors, the outermost first. */
export function makeInterceptors(
  listed: { readonly [name: string]: InterceptorDefinition },
  parts: InterceptorParts,
): readonly Interceptor[] {
  const inOrder = Object.entries(listed).sort(
    ([a, one], [b, other]) => places.indexOf(one.place) - places.indexOf(other.place) || (a < b ? -1 : 1),
  );
  return inOrder.flatMap(([, { make }]) => make(parts) ?? []);
}
