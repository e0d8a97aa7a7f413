// What runs must have come to, whatever happened on the way.
import { expect } from 'vitest';
import type { Cluster } from '../cluster/cluster.ts';
import { clean } from './verdict.ts';

/** Waits for the end of everything and expects that every alert led to one run, which succeeded and did nothing twice. */
export async function expectAllSucceeded(cluster: Cluster, runs: number): Promise<void> {
  const verdict = await cluster.settle();
  expect(verdict).toMatchObject(clean);
  expect(verdict.runs.filter(({ status }) => status !== 'succeeded')).toEqual([]);
  expect(verdict.runs).toHaveLength(runs);
}

/** Waits for the end of everything and expects one run that did its work once, or did it once and undid it in reverse order. */
export async function expectWalked(cluster: Cluster, fails: boolean): Promise<void> {
  const verdict = await cluster.settle();
  expect(verdict).toMatchObject(clean);
  expect(verdict.runs.map(({ status }) => status)).toEqual([fails ? 'compensated' : 'succeeded']);
  // What a target that honours the key does: the effect takes place once for each.
  const once = cluster.target.effects.filter(({ key }, i, all) => all.findIndex((effect) => effect.key === key) === i);
  const walk = ['/safe/first', '/safe/risky'];
  expect(once.map(({ path }) => path)).toEqual(fails ? [...walk, '/safe/undo-risky', '/safe/undo-first'] : walk);
}
