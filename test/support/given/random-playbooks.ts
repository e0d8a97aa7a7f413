// Random playbooks of everything a playbook can say, and the playbooks that they call. For property tests only.
import fc from 'fast-check';
import type { Playbook } from '../../../src/core/playbook/playbook.ts';
import { playbook } from './given.ts';

/** A playbook with those that its steps may call, and what a run of it is started with. */
export type RandomBook = {
  readonly book: Playbook;
  readonly library: (name: string) => Playbook | undefined;
  readonly rest: {
    readonly concurrencyKey?: string;
    readonly gate?: { readonly reason: string; readonly from: string[] };
  };
};

const url = 'url: "https://example.com"';
const kinds = ['call', 'shell', 'shell', 'probed', 'timer', 'signal', 'people'] as const;
type Kind = (typeof kinds)[number] | 'inner' | 'leaf';

const chance = (oneIn: number) => fc.nat(oneIn - 1).map((n) => n === oneIn - 1);
const stepOf = (kind: fc.Arbitrary<Kind>) =>
  fc.record({
    kind,
    risky: chance(4),
    two: chance(3),
    undo: fc.boolean(),
    askUndo: chance(4),
    free: fc.boolean(),
    gpu: chance(5),
    skip: chance(8),
    verified: chance(4),
    each: chance(4),
    parallel: fc.integer({ min: 1, max: 3 }),
    items: fc.integer({ min: 0, max: 3 }),
    onFailure: fc.constantFrom('stop', 'continue', 'compensate', 'escalate'),
  });
type StepChoice = (ReturnType<typeof stepOf> extends fc.Arbitrary<infer T> ? T : never) & { readonly id: string };

function callText(kind: Kind): string {
  switch (kind) {
    case 'call':
      return `uses: http.request, with: { ${url} }`;
    case 'shell':
      return 'uses: shell.run, with: { command: [/bin/do] }';
    case 'probed':
      return 'uses: shell.run, with: { command: [/bin/do], probe: [/bin/did] }, replay: probe';
    case 'timer':
      return 'uses: wait, with: { for: 3m }';
    case 'signal':
      return 'uses: wait, with: { signal: go, atMost: 12m }';
    case 'people':
      return 'uses: approval';
    case 'inner':
    case 'leaf':
      return `uses: playbook, with: { playbook: ${kind} }`;
  }
}

function stepText(choice: StepChoice): string {
  const { id, kind, two, onFailure, each, items, parallel } = choice;
  const rule = `approval: { from: ["@sre"], expiresIn: 10m, escalate: ["@lead"]${two ? ', quorum: 2, excludeRequester: true' : ''} }`;
  const list = JSON.stringify([1, 2, 3].slice(0, items));
  const called = kind === 'inner' || kind === 'leaf';
  const effect = kind === 'call' || kind === 'shell' || kind === 'probed';
  const undo = `compensate: { uses: shell.run, with: { command: [/bin/undo] }${choice.askUndo ? `, risk: high, ${rule}` : ''} }`;
  const parts = [
    ...[`id: ${id}`, callText(kind), `onFailure: ${onFailure}`],
    ...(choice.free ? ['needs: []'] : []),
    ...(choice.gpu ? ['runsOn: gpu'] : []),
    ...(choice.risky || kind === 'people' ? [`risk: high, ${rule}`] : []),
    ...(choice.skip ? ['if: "1 > 2"'] : []),
    ...(effect ? [`target: ${each ? `"host-\${{ item }}"` : `host-${id}`}`] : []),
    ...(each ? [`forEach: { items: "${list}", maxParallel: ${parallel} }`] : []),
    ...(choice.verified && effect ? [`verify: { uses: http.request, with: { ${url} }, until: "true" }`] : []),
    ...(choice.undo && !called && !id.startsWith('z') ? [undo] : []),
  ];
  return `  - { ${parts.join(', ')} }`;
}

const stepsText = (prefix: string, steps: readonly Omit<StepChoice, 'id'>[]) =>
  steps.map((step, i) => stepText({ ...step, id: `${prefix}${i}` })).join('\n');

const bookOf = (name: string, maxSteps: number, calls: readonly Kind[]) =>
  fc
    .record({
      steps: fc.array(stepOf(fc.constantFrom<Kind[]>(...kinds, ...calls)), { minLength: 1, maxLength: maxSteps }),
      last: fc.array(stepOf(fc.constantFrom<Kind[]>('call', 'shell', 'people', 'timer', ...calls.slice(0, 1))), {
        maxLength: 2,
      }),
      ends: chance(2),
      short: chance(4),
      sla: chance(3),
      few: chance(5),
    })
    .map(({ steps, last, ends, short, sla, few }) => {
      const rest = [
        ...(short ? ['timeout: 25m'] : []),
        ...(sla ? ['sla: { completeWithin: 10m }'] : []),
        ...(few ? ['maxTargets: 2'] : []),
        ...(ends && last.length > 0 ? [`finally:\n${stepsText('z', last)}`] : []),
      ];
      const [body, head] = [stepsText('s', steps), rest.map((line) => `${line}\n`).join('')];
      const text = `${name}:\n${head}${body}\n`;
      let compiled: Playbook | null = null;
      // Compiling costs more than playing, and most of what may be called never is.
      const compile = (): Playbook => {
        compiled ??= { ...playbook(body, head), name };
        return compiled;
      };
      return { name, text, compile };
    });

/** Random playbooks; every other one calls others, two deep. */
export const randomBooks: fc.Arbitrary<RandomBook> = fc
  .record({
    book: fc.oneof(bookOf('outer', 4, []), bookOf('outer', 3, ['inner', 'leaf'])),
    inner: bookOf('inner', 2, ['leaf']),
    leaf: bookOf('leaf', 2, []),
    queued: chance(5),
    gated: chance(5),
  })
  .map(({ book, inner, leaf, queued, gated }) => ({
    book: book.compile(),
    library: (name) => [inner, leaf].find((one) => one.name === name)?.compile(),
    [fc.toStringMethod]: () => [book, inner, leaf].map(({ text }) => text).join('\n') + fc.stringify({ queued, gated }),
    rest: {
      ...(queued ? { concurrencyKey: 'checkout' } : {}),
      ...(gated ? { gate: { reason: 'a second time within minutes', from: ['@lead'] } } : {}),
    },
  }));
