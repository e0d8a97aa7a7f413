// What people type and fill in: words of a command, values of a form.
import { describe, expect, it } from 'vitest';
import type { Playbook } from '../../src/core/playbook/playbook.ts';
import { words } from '../../src/slack/inbound/words.ts';
import { faultsByField, filledIn } from '../../src/slack/views/form.ts';
import { inputsModal } from '../../src/slack/views/inputs-modal.ts';

describe('a command', () => {
  it('is split as a shell would, with quotes of either kind', () => {
    expect(words('run restart service=checkout-api')).toEqual(['run', 'restart', 'service=checkout-api']);
    expect(words('run x why="two words" “smart quotes”')).toEqual(['run', 'x', 'why=two words', 'smart quotes']);
    expect(words('  ')).toEqual([]);
    expect(words('note "never closed')).toEqual(['note', 'never', 'closed']);
  });
});

describe('a form', () => {
  it('gives what was filled in, and nothing for what was left empty', () => {
    expect(
      filledIn({ a: { value: { value: 'x' } }, b: { value: { value: null } }, c: { value: { value: '' } } }),
    ).toEqual({ a: 'x' });
  });

  it('is told what is wrong at the field, or at the first one if there is no such field', () => {
    const faults = [
      { path: 'inputs.b', message: 'is no number' },
      { path: 'inputs.gone', message: 'is unknown' },
      { path: 'inputs.b', message: 'is too long' },
    ];
    expect(faultsByField(['a', 'b'], faults)).toEqual({
      a: 'inputs.gone is unknown',
      b: 'is no number; is too long',
    });
    expect(faultsByField([], faults)).toEqual({});
    expect(faultsByField(['constructor'], [{ path: 'inputs.constructor', message: 'is wrong' }])).toEqual({
      constructor: 'is wrong',
    });
    expect(faultsByField(['a'], [{ path: 'inputs.a', message: 'x'.repeat(500) }]).a).toHaveLength(300);
  });
});

describe('the form for the inputs of a playbook', () => {
  const spec = { description: '', from: null, default: null, required: true, pattern: null, enum: null };
  const inputs: Playbook['inputs'] = {
    service: { ...spec, type: 'string', description: 'Which one', pattern: '^[a-z-]+$' },
    region: { ...spec, type: 'string', enum: ['eu', 'us'], default: 'us' },
    dry: { ...spec, type: 'boolean', default: true, description: 'Change nothing' },
    count: { ...spec, type: 'number', default: 3 },
  };
  const faults = [{ path: 'inputs.service', message: 'is missing' }];
  const form = inputsModal({ playbook: { name: 'restart', inputs }, channelId: 'C1', given: {}, faults });
  const fields = form.blocks.flatMap((block) => ('element' in block ? [block] : []));

  it('has a field of its kind for each, with its default and what it must look like', () => {
    expect(fields.map(({ block_id, element, hint }) => [block_id, element.type, hint?.text])).toEqual([
      ['service', 'plain_text_input', 'Which one – Must match ^[a-z-]+$'],
      ['region', 'static_select', undefined],
      ['dry', 'checkboxes', undefined],
      ['count', 'number_input', undefined],
    ]);
    const said = JSON.stringify(fields);
    expect(said).toContain('"initial_value":"3"');
    expect(said).toMatch(/"initial_option":\{[^}]*"text":"us"/);
    expect(said).toMatch(/"initial_options":\[\{[^}]*"text":"Change nothing"/);
  });

  it('blames nobody for what nobody has typed', () => {
    expect(JSON.stringify(form)).not.toContain('is missing');
  });

  it('tells a box that is not checked from one that is, and from a default', () => {
    expect(filledIn({ dry: { value: { selected_options: [] } } })).toEqual({ dry: 'false' });
    expect(filledIn({ dry: { value: { selected_options: [{ value: 'true' }] } } })).toEqual({ dry: 'true' });
  });
});
