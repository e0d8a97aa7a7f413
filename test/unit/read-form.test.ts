// Forms as JSON: what is made of their fields, and that what would cost too much is not built.
import { expect, it } from 'vitest';
import { ofFields, readFields, readForm, readMultipart } from '../../src/http/ingest/read-form.ts';

it('fields and parts beyond any form are counted before they are built', async () => {
  const parts = '--XX\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'.repeat(10_001);
  const raw = Buffer.from(`${parts}--XX--\r\n`);
  expect(await readMultipart(raw, 'multipart/form-data; boundary=XX', 'fields')).toEqual({
    ok: false,
    why: 'has too many fields',
  });
  expect(readFields('a=1&'.repeat(10_001))).toBeNull();
  expect(readFields('a=1&b=2')).toEqual([
    ['a', '1'],
    ['b', '2'],
  ]);
});

it('a field that a sender calls payload is JSON where it looks so, and a field like any other where forms are objects', () => {
  expect(ofFields([['payload', '{"a":1}']], 'fields')).toEqual({ ok: true, text: '{"a":1}' });
  expect(
    ofFields(
      [
        ['payload', 'x'],
        ['b', '2'],
      ],
      'fields',
    ),
  ).toEqual({ ok: true, text: '{"b":"2","payload":"x"}' });
  expect(ofFields([['b', '2']], 'json')).toEqual({ ok: false, why: 'holds no JSON' });
});

it('an empty form is an object without fields', () => {
  expect(readForm(Buffer.from(''), 'fields')).toEqual({ ok: true, text: '{}' });
});
