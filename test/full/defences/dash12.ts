// Defences of watching: a rate sees the first of what is rare.
import type { Defence } from './defence.ts';

const metrics = 'test/unit/metrics.test.ts';
const title = 'so that a rate sees the first';

/** Each with the test that fails without it. */
export const defences: readonly Defence[] = [
  {
    threat: 'G a first event that no rate sees',
    defence: 'Buckets of what is rare are there, empty, before anything falls into them.',
    file: 'src/platform/metrics/instruments.ts',
    find: '      const histogram = new Histogram(given);\n      for (const labels of seen) histogram.zero(bound(labels));',
    replace: '      const histogram = new Histogram(given);',
    test: metrics,
    title,
  },
  {
    threat: 'G a first event that no rate sees',
    defence: 'Incidents of every severity are counted as 0 before the first.',
    file: 'src/platform/metrics/incidents.ts',
    find: '  for (const labels of severities) opened(labels, 0);\n',
    replace: '',
    test: metrics,
    title,
  },
  {
    threat: 'G an outage of Slack that begins with the first call',
    defence: 'Failed calls of Slack are counted as 0 before the first.',
    file: 'src/platform/metrics/slack.ts',
    find: "for (const outcome of ['ok', 'ambiguous', 'dead', 'other']) calls({ family, outcome }, 0);",
    replace: '{}',
    test: metrics,
    title,
  },
];
