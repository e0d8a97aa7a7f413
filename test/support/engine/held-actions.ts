// Actions that go nowhere: each call stands until a test answers for the target. Whatever is under way, a test decides how it ends.
import type { StepError } from '../../../src/core/events.ts';
import type { Json } from '../../../src/core/json.ts';
import type { Action, ActionContext } from '../../../src/spi/action.ts';
import { actions } from '../given/given.ts';

/** A call that waits for its answer; asked whether it took effect (a probe), `fail` means that nobody can tell. */
export type HeldCall = { readonly succeed: (output: Json) => void; readonly fail: (error: StepError) => void };

/** Every action of the catalog, and the calls of them that wait. */
export class HeldActions {
  readonly #calls = new Map<string, HeldCall>();
  readonly actions: ReadonlyMap<string, Action> = new Map(
    [...actions].map(([id, action]) => [
      id,
      { ...action, run: (_, context) => this.#run(context), probe: (_, context) => this.#probe(context) },
    ]),
  );

  /** The latest call of a step, which is answered by whoever takes it. */
  take(runId: string, step: string): HeldCall {
    const key = `${runId}/${step}`;
    const call = this.#calls.get(key);
    if (!call) throw new Error(`${step} of ${runId} is not under way`);
    this.#calls.delete(key);
    return call;
  }

  #hold({ runId, step }: ActionContext, call: HeldCall): void {
    this.#calls.set(`${runId}/${step}`, call);
  }

  #run(context: ActionContext): ReturnType<Action['run']> {
    return new Promise((answer) =>
      this.#hold(context, {
        succeed: (output) => answer({ outcome: 'succeeded', output }),
        fail: (error) => answer({ outcome: 'failed', error }),
      }),
    );
  }

  #probe(context: ActionContext): ReturnType<NonNullable<Action['probe']>> {
    return new Promise((answer) =>
      this.#hold(context, {
        succeed: (output) => answer({ outcome: 'done', output }),
        fail: ({ message }) => answer({ outcome: 'unclear', message }),
      }),
    );
  }
}
