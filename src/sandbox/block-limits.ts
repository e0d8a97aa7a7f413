// Slack's limits on blocks, checked as Slack checks them (Block Kit reference). Reports in Slack's own form.

type Found = { readonly pointer: string; readonly problem: string };
const textMax: { readonly [type: string]: number } = { section: 3000, header: 150 };
const known = new Set([
  'section',
  'header',
  'context',
  'actions',
  'divider',
  'image',
  'input',
  'rich_text',
  'markdown',
  'file',
  'video',
  'table',
]);

/** Problems of a list of blocks, as Slack words them in `response_metadata.messages`; empty if it would be taken. */
export function checkBlocks(blocks: unknown, max: number): string[] {
  if (!Array.isArray(blocks)) return ['[ERROR] must be an array [json-pointer:/blocks]'];
  const found: Found[] = [];
  const add = (pointer: string, problem: string) => found.push({ pointer, problem });
  if (blocks.length > max) add('/blocks', `no more than ${max} items allowed`);
  const ids = new Set<string>();
  blocks.forEach((block: Record<string, unknown>, i) => {
    const at = `/blocks/${i}`;
    const type = String(block?.type);
    if (!known.has(type)) add(`${at}/type`, `unsupported type: ${type}`);
    if (typeof block.block_id === 'string') {
      if (block.block_id.length > 255) add(`${at}/block_id`, 'must be less than 256 characters');
      if (ids.has(block.block_id)) add(`${at}/block_id`, 'block_id must be unique');
      ids.add(block.block_id);
    }
    const text = (block.text as { text?: unknown } | undefined)?.text;
    if (type === 'section' || type === 'header') {
      if (type === 'section' && Array.isArray(block.fields) && text === undefined) checkFields(block.fields, at, add);
      else if (typeof text !== 'string' || text.length === 0) add(`${at}/text/text`, 'must be more than 0 characters');
      else if (text.length > (textMax[type] ?? 3000))
        add(`${at}/text/text`, `must be less than ${(textMax[type] ?? 3000) + 1} characters`);
    }
    const elements = Array.isArray(block.elements) ? (block.elements as Record<string, unknown>[]) : null;
    if (type === 'context' && (!elements || elements.length < 1 || elements.length > 10))
      add(`${at}/elements`, 'between 1 and 10 items allowed');
    if (type === 'actions') {
      if (!elements || elements.length < 1 || elements.length > 25)
        add(`${at}/elements`, 'between 1 and 25 items allowed');
      elements?.forEach((element, j) => checkButton(element, `${at}/elements/${j}`, add));
    }
  });
  return found.map(({ pointer, problem }) => `[ERROR] ${problem} [json-pointer:${pointer}]`);
}

function checkFields(fields: unknown[], at: string, add: (pointer: string, problem: string) => void): void {
  if (fields.length > 10) add(`${at}/fields`, 'no more than 10 items allowed');
  fields.forEach((field, i) => {
    const text = String((field as { text?: unknown }).text ?? '');
    if (text.length === 0 || text.length > 2000) add(`${at}/fields/${i}/text`, 'must be between 1 and 2000 characters');
  });
}

function checkButton(
  element: Record<string, unknown>,
  at: string,
  add: (pointer: string, problem: string) => void,
): void {
  if (element.type !== 'button') return;
  const text = String((element.text as { text?: unknown } | undefined)?.text ?? '');
  if (text.length === 0 || text.length > 75) add(`${at}/text/text`, 'must be between 1 and 75 characters');
  if (typeof element.value === 'string' && element.value.length > 2000)
    add(`${at}/value`, 'must be less than 2001 characters');
  if (typeof element.action_id === 'string' && element.action_id.length > 255)
    add(`${at}/action_id`, 'must be less than 256 characters');
}
