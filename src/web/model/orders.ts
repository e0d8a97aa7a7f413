// What can be ordered, named by its effect: the words of the button, of the question, and of what is said afterwards. Decides nothing.
import type { ApiRun } from '../../contract/run.ts';

/** An order to a run that has a button. */
export type ButtonOrder = 'retry' | 'compensate' | 'cancel' | 'pause' | 'resume' | 'done';

/** An order in words. */
export type OrderWords = {
  readonly label: string;
  /** What it will do, said before it is done. */
  readonly effect: string;
  /** Said when it was given. */
  readonly given: string;
  /** It takes something away from people: asked in red. */
  readonly isGrave: boolean;
};

type RunFacts = Pick<ApiRun, 'steps' | 'playbook' | 'incident'>;

const named = (names: readonly string[]) => names.map((name) => `“${name}”`).join(', ');

/** Steps that an undo would take back: those that are done, the last first. */
const doneSteps = ({ steps }: RunFacts) =>
  steps.filter(({ part, status }) => part === 'steps' && status === 'succeeded').map(({ name }) => name);
const failedSteps = ({ steps }: RunFacts) =>
  steps.filter(({ status, part }) => status === 'failed' && part !== 'undo').map(({ name }) => name);
const unclearSteps = ({ steps }: RunFacts) =>
  steps.filter(({ status }) => status === 'unknown').map(({ name }) => name);

/** The words of an order to a run. */
export function runOrderWords(order: ButtonOrder, run: RunFacts): OrderWords {
  const name = run.playbook.name;
  switch (order) {
    case 'retry': {
      const steps = failedSteps(run).concat(unclearSteps(run));
      const what = steps.length === 0 ? 'what failed' : named(steps);
      return {
        label: steps.length === 1 ? `Retry ${steps[0]}` : 'Retry what failed',
        effect: `Runs ${what} again, and then what follows it. What is done is not repeated.`,
        given: `${name} tries again`,
        isGrave: false,
      };
    }
    case 'compensate': {
      const steps = doneSteps(run).reverse();
      return {
        label: 'Undo this run',
        effect:
          steps.length === 0
            ? 'Undoes what this run did.'
            : `Undoes ${named(steps)}, in this order. A step that has no undo is left as it is.`,
        given: `Undoing ${name}`,
        isGrave: true,
      };
    }
    case 'cancel':
      return {
        label: 'Cancel run',
        effect: 'A step that is running finishes; nothing new starts, and nothing is undone.',
        given: `${name} is being cancelled`,
        isGrave: true,
      };
    case 'pause':
      return {
        label: 'Pause',
        effect: 'A step that is running finishes; nothing new starts until somebody resumes it.',
        given: `${name} is paused`,
        isGrave: false,
      };
    case 'resume':
      return { label: 'Resume', effect: 'It goes on with the next step.', given: `${name} goes on`, isGrave: false };
    case 'done':
      return {
        label: 'It took effect',
        effect: `Records that ${named(unclearSteps(run)) || 'the step'} did take effect; the run goes on after it.`,
        given: `${name} goes on`,
        isGrave: false,
      };
  }
}

const order: readonly ButtonOrder[] = ['done', 'resume', 'retry', 'pause', 'compensate', 'cancel'];

/** The orders of a run that have a button, the likeliest first. */
export const offeredOrders = ({ orders }: Pick<ApiRun, 'orders'>): readonly ButtonOrder[] =>
  order.filter((one) => orders.includes(one));
