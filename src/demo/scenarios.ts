// What the control panel of the demo's sandbox offers: the service goes down again and its alert fires; the alert is resolved.
import type { Scenario } from '../sandbox/types.ts';
import type { DemoAlert } from './alert.ts';

/** What it takes to play them; there once the demo's app and service are. */
type Means = {
  readonly takeDown: () => Promise<void>;
  /** An alert unlike every one before it. */
  readonly newAlert: () => DemoAlert;
  readonly send: (alert: DemoAlert, status: 'firing' | 'resolved') => Promise<void>;
};

/** The scenarios, for the sandbox, and the way to give them their means afterwards. */
export function createScenarios(): {
  readonly list: readonly Scenario[];
  /** `first` is the alert that fires by itself. */
  readonly give: (means: Means, first: DemoAlert) => void;
} {
  let given: { readonly means: Means; last: DemoAlert } | null = null;
  const ready = () => {
    if (given === null) throw new Error('the demo is still starting: try again in a moment');
    return given;
  };
  return {
    list: [
      {
        id: 'fire',
        label: 'Take checkout-api down, fire its alert',
        async run() {
          const demo = ready();
          await demo.means.takeDown();
          demo.last = demo.means.newAlert();
          await demo.means.send(demo.last, 'firing');
        },
      },
      {
        id: 'resolve',
        label: 'Resolve the last alert',
        async run() {
          const { means, last } = ready();
          await means.send(last, 'resolved');
        },
      },
    ],
    give(means, first) {
      given = { means, last: first };
    },
  };
}
