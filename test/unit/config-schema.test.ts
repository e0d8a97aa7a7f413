// JSON Schema of firebreak.yaml: what editors are given says what the program takes.
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { ConfigFile } from '../../src/config/file.ts';
import { configJsonSchema } from '../../src/config/json-schema.ts';

const schema = configJsonSchema() as { properties: object };
const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);

it('the schema of the configuration has every section, and takes the shipped example', () => {
  expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(Object.keys(ConfigFile.shape)));
  const example: unknown = parse(readFileSync('deploy/firebreak.example.yaml', 'utf8'));
  validate(example);
  expect(validate.errors ?? []).toEqual([]);
});

it.each([
  ['a section that is not there', { acess: {} }],
  ['a right that is not there', { access: { destroy: 'everyone' } }],
  ['a key of a part that is not there', { actions: { shel: {} } }],
  ['a wrong type', { heartbeats: 'none' }],
])('the schema of the configuration refuses %s', (_, file) => {
  expect(validate(file)).toBe(false);
});

it('keys for the reader alone are taken', () => {
  expect(validate({ 'x-shared': { any: 1 } })).toBe(true);
});
