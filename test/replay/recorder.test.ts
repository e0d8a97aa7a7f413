// The stories that histories are recorded from can still be told; a history depends on nothing but the code.
import { expect, it } from 'vitest';
import { record } from './history.ts';
import { jsonText } from './json-text.ts';
import { stories } from './stories/index.ts';

it.each(stories)('the story $name told twice is the same history', async (story) => {
  const told = await record(story, '0.0.0');
  expect(await record(story, '0.0.0')).toEqual(told);
  expect(JSON.parse(jsonText(told, 5))).toEqual(told);
});

it('every story has a name of its own', () => {
  expect(new Set(stories.map(({ name }) => name)).size).toBe(stories.length);
});
