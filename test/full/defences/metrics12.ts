// Defences of metrics: what comes from outside makes few series, a scrape costs the database little, and is answered without it.
import type { Defence } from './defence.ts';

const metrics = 'test/unit/metrics.test.ts';

/** Each with the test that fails without it. */
export const defences: readonly Defence[] = [
  {
    threat: 'C a label with 10 000 values',
    defence: 'Values of a label beyond its bound are one: other.',
    file: 'src/platform/metrics/bounded-labels.ts',
    find: 'if (values.size >= atMost) return otherValue;',
    replace: '',
    test: metrics,
    title: 'a label with 10 000 values',
  },
  {
    threat: 'C a label with 10 000 values',
    defence: 'The bound of what one source names is its own: it takes nothing from others.',
    file: 'src/platform/metrics/bounded-labels.ts',
    find: "const key = of === undefined ? name : `${name} ${labels[of] ?? ''}`;",
    replace: 'const key = name;',
    test: metrics,
    title: 'fields of one source',
  },
  {
    threat: 'C a label as long as a body',
    defence: 'A value of a label is cut.',
    file: 'src/platform/metrics/bounded-labels.ts',
    find: '.slice(0, mostCharacters)',
    replace: '',
    test: metrics,
    title: 'as long as a body',
  },
  {
    threat: 'C a scrape every second',
    defence: 'What was looked up in the database serves every scrape of five seconds.',
    file: 'src/platform/metrics/looked-up.ts',
    find: 'if (last !== null && nowMs - last.atMs < keptMs) return last.answer;',
    replace: '',
    test: metrics,
    title: 'asks the database once within five seconds',
  },
  {
    threat: 'R a scrape while the database is away',
    defence: 'A database that refuses leaves its numbers out, and the scrape is answered.',
    file: 'src/platform/metrics/looked-up.ts',
    find: '() => null,\n    );\n    const ended',
    replace: '(error) => Promise.reject(error),\n    );\n    const ended',
    test: metrics,
    title: 'while the database refuses',
  },
  {
    threat: 'R a scrape while the database is away',
    defence: 'A database that is silent is waited for two seconds.',
    file: 'src/platform/metrics/looked-up.ts',
    find: 'Promise.race([asked, sleep(patienceMs).then(() => null)])',
    replace: 'Promise.race([asked, sleep(patienceMs).then(() => asked)])',
    test: metrics,
    title: 'while the database is silent',
  },
  {
    threat: 'R a scrape while the database is away',
    defence: 'A database that has not answered yet is not asked again.',
    file: 'src/platform/metrics/looked-up.ts',
    find: 'if (underWay !== null) return Promise.resolve(null);',
    replace: '',
    test: metrics,
    title: 'while the database is silent',
  },
  {
    threat: 'R a scrape in another format',
    defence: 'A scrape in OpenMetrics renames no counter for whoever asks next.',
    file: 'src/platform/metrics/exposition.ts',
    find: 'metric instanceof Counter ? underItsFamily(metric, name) : metric',
    replace: 'metric',
    test: metrics,
    title: 'gets the same names as before',
  },
  {
    threat: 'R the first failure of a playbook',
    defence: 'Ends of runs are 0 before there is one: an alert on an increase sees the first.',
    file: 'src/platform/metrics/runs.ts',
    find: "for (const outcome of ['succeeded', 'failed']) ended({ playbook, class: of, outcome, trigger }, 0);",
    replace: '{}',
    test: metrics,
    title: 'counted as 0 under its playbook',
  },
];
