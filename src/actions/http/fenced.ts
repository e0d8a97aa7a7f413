// A dispatcher that looks at the worker's lease at the very moment a request is written to its connection: resolving a name, connecting
// and waiting for a place in the pool are pauses. Sends nothing by itself.
import type { Agent, Dispatcher } from 'undici';

/** The agent, for the calls of one step. `fence` throws when the step may not act any more: then nothing is written. */
export const fenced = (agent: Agent, fence: () => void): Dispatcher =>
  agent.compose((dispatch) => (options, handler) => dispatch(options, fencedHandler(handler, fence)));

const fencedHandler = (handler: Dispatcher.DispatchHandler, fence: () => void): Dispatcher.DispatchHandler => ({
  // undici calls this right before it writes the head of the request.
  onRequestStart(controller, context) {
    try {
      fence();
    } catch (error) {
      controller.abort(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    handler.onRequestStart?.(controller, context);
  },
  onRequestUpgrade: (...given) => handler.onRequestUpgrade?.(...given),
  onResponseStart: (...given) => handler.onResponseStart?.(...given),
  onResponseData: (...given) => handler.onResponseData?.(...given),
  onResponseEnd: (...given) => handler.onResponseEnd?.(...given),
  onResponseError: (...given) => handler.onResponseError?.(...given),
});
