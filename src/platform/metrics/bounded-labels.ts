// The one bound on what labels may say: a value that comes from outside makes a series of its own only while there are few of them.
// Everything beyond is `other`: it is counted all the same, and neither this process nor a Prometheus drowns in it.

/** Labels whose values are words of this program: there are as many as it knows. */
type FixedLabel =
  | 'by'
  | 'class'
  | 'decision'
  | 'error'
  | 'fault'
  | 'kind'
  | 'lane'
  | 'objective'
  | 'outcome'
  | 'part'
  | 'reason'
  | 'resolution'
  | 'scope'
  | 'severity'
  | 'state'
  | 'stream'
  | 'trigger'
  | 'type';

/** How many values of a label are told apart. `of`: for each value of that label. */
type Bound = { readonly atMost: number; readonly of?: string };

/** Labels whose values somebody else chooses: who writes playbooks, who configures, who sends. */
const bounds = {
  source: { atMost: 100 },
  at: { atMost: 150 },
  playbook: { atMost: 500 },
  version: { atMost: 3, of: 'playbook' },
  step: { atMost: 100, of: 'playbook' },
  action: { atMost: 100 },
  pool: { atMost: 50 },
  queue: { atMost: 50 },
  route: { atMost: 300 },
  family: { atMost: 50 },
  field: { atMost: 50, of: 'source' },
} as const satisfies { readonly [label: string]: Bound };

/** The name of a label. One more stands in one of the two lists: it must be said whose words its values are. */
export type LabelName = FixedLabel | keyof typeof bounds;

/** The values of a metric's labels. */
export type Labels<L extends LabelName> = { readonly [name in L]: string };

/** What stands for all values beyond the bound. */
const otherValue = 'other';
/** Characters of a value. */
const mostCharacters = 100;

/** Makes what brings the labels of one metric within their bounds. Values that came first are kept, for as long as the process lives. */
export type BoundLabels = <L extends LabelName>(names: readonly L[]) => (labels: Labels<L>) => Labels<L>;

/** Nothing is known yet. All metrics of a process share one: a playbook is told apart in all of them or in none. */
export function createBoundLabels(): BoundLabels {
  const known = new Map<string, Set<string>>();

  function bounded(name: string, { atMost, of }: Bound, labels: { readonly [name: string]: string }): string {
    const value = (labels[name] ?? '').slice(0, mostCharacters);
    const key = of === undefined ? name : `${name} ${labels[of] ?? ''}`;
    const values = known.get(key) ?? new Set();
    if (values.has(value)) return value;
    if (values.size >= atMost) return otherValue;
    known.set(key, values.add(value));
    return value;
  }

  return <L extends LabelName>(names: readonly L[]) => {
    // What a bound depends on stands before it in the list, and is bounded first.
    const foreign = entries.filter(([name]) => names.some((one) => one === name));
    return (labels) => {
      let within: { [name: string]: string } = labels;
      for (const [name, bound] of foreign) {
        const value = bounded(name, bound, within);
        if (value !== within[name]) within = { ...within, [name]: value };
      }
      return within as Labels<L>;
    };
  };
}

const entries: readonly (readonly [string, Bound])[] = Object.entries(bounds);
