// Says of blocks and views whether Slack would take them, in the words of `response_metadata.messages`; fills in missing ids.
import { z } from 'zod';
import type { Block, SlackObject } from '../entities.ts';
import { messageBlock, view as viewSchema } from './schema.ts';

/** One problem in Slack's words. */
const problem = (what: string, path: readonly PropertyKey[]): string =>
  `[ERROR] ${what} [json-pointer:/${path.map(String).join('/')}]`;

/** What a schema complains of, in Slack's words. */
function wordsOf(issue: z.core.$ZodIssue): readonly string[] {
  switch (issue.code) {
    case 'invalid_type':
      return [`must be ${/^[aeiou]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`];
    case 'invalid_value':
      return [`must be ${issue.values.length > 1 ? 'one of: ' : ''}${issue.values.join(', ')}`];
    case 'too_big':
      if (issue.origin === 'string') return [`must be less than ${Number(issue.maximum) + 1} characters`];
      return [
        issue.origin === 'array' ? `no more than ${issue.maximum} items allowed` : `must be at most ${issue.maximum}`,
      ];
    case 'too_small':
      if (issue.origin === 'string') return [`must be more than ${Number(issue.minimum) - 1} characters`];
      return [
        issue.origin === 'array' ? `no less than ${issue.minimum} items allowed` : `must be at least ${issue.minimum}`,
      ];
    case 'unrecognized_keys':
      return issue.keys.map((key) => `invalid additional property: ${key}`);
    case 'invalid_union':
      return [`unsupported type: ${String((issue.input as { type?: unknown } | undefined)?.type)}`];
    default:
      return [issue.message];
  }
}

/** The problems that a schema has found, in Slack's words; `at` is where the checked value stands. */
export const problems = (error: z.ZodError, at: readonly PropertyKey[]): string[] =>
  error.issues.flatMap((issue) => {
    const path = [...at, ...issue.path];
    const isMissing = issue.code === 'invalid_type' && issue.input === undefined;
    if (isMissing) return [problem(`missing required field: ${String(path.at(-1))}`, path.slice(0, -1))];
    return wordsOf(issue).map((what) => problem(what, path));
  });

type Element = SlackObject & { readonly type?: unknown; readonly style?: unknown; readonly action_id?: unknown };

/** Rules that concern several blocks at once. */
function crossCheck(blocks: readonly SlackObject[], at: readonly PropertyKey[]): string[] {
  const found: string[] = [];
  const seen = new Set<unknown>();
  let tables = 0;
  let markdown = 0;
  blocks.forEach((block, i) => {
    if (block.block_id !== undefined && seen.has(block.block_id))
      found.push(problem(`block_id ${String(block.block_id)} already exists`, [...at, i, 'block_id']));
    seen.add(block.block_id);
    if (block.type === 'table') tables += 1;
    if (block.type === 'markdown') markdown += String(block.text).length;
    const elements = Array.isArray(block.elements) ? (block.elements as readonly Element[]) : [];
    const ids = elements.map(({ action_id }) => action_id).filter((id) => id !== undefined);
    if (block.type === 'actions' && new Set(ids).size < ids.length)
      found.push(problem('action_id already exists', [...at, i, 'elements']));
  });
  if (tables > 1) found.push('only_one_table_allowed');
  if (markdown > 12_000) found.push(problem('markdown text must be less than 12001 characters in total', at));
  return found;
}

/** Problems of a message's blocks; empty if they would be taken. */
export function checkBlocks(blocks: readonly unknown[], at: readonly PropertyKey[] = ['blocks']): string[] {
  const parsed = z.array(messageBlock).max(50).safeParse(blocks, { reportInput: true });
  return parsed.success ? crossCheck(parsed.data, at) : problems(parsed.error, at);
}

/** Problems of a view of the given type. */
export function checkView(view: unknown, type: 'modal' | 'home'): string[] {
  const parsed = viewSchema.safeParse(view, { reportInput: true });
  if (!parsed.success) return problems(parsed.error, ['view']);
  const { data } = parsed;
  const found = crossCheck(data.blocks, ['view', 'blocks']);
  if (data.type !== type) found.push(problem(`view type must be ${type}`, ['view', 'type']));
  if (type === 'modal' && !data.title) found.push(problem('missing required field: title', ['view']));
  if (type === 'modal' && !data.submit && data.blocks.some((block) => block.type === 'input'))
    found.push(problem('missing required field: submit', ['view']));
  return found;
}

/** Gives an id to every block, and to every element that acts, as Slack does. */
export function fillIds(blocks: readonly SlackObject[], nextId: (prefix: string) => string): Block[] {
  const element = (value: unknown): unknown => {
    const it = value as Element;
    const acts = typeof it.type === 'string' && !/^(mrkdwn|plain_text|image|rich_text.*)$/.test(it.type);
    return acts && it.action_id === undefined ? { ...it, action_id: nextId('act') } : it;
  };
  return blocks.map((block) => ({
    ...block,
    type: String(block.type),
    block_id: typeof block.block_id === 'string' ? block.block_id : nextId('blk'),
    ...(block.type !== 'rich_text' && Array.isArray(block.elements) ? { elements: block.elements.map(element) } : {}),
    ...(block.element ? { element: element(block.element) } : {}),
    ...(block.accessory ? { accessory: element(block.accessory) } : {}),
  }));
}
