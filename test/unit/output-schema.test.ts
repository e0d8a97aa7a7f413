// What a schema of an output promises is what is checked: no keyword passes unread.
import { describe, expect, it } from 'vitest';
import { outputFault, schemaFault } from '../../src/core/playbook/output-schema.ts';

describe('the schema of an output', () => {
  it('is held to every keyword, whether or not it also names the type', () => {
    expect(outputFault({ type: 'object', required: ['version'] }, {})).toBe(
      "output: must have required property 'version'",
    );
    expect(outputFault({ properties: { body: { required: ['id'] } } }, { body: {} })).toContain('output/body');
    expect(outputFault({ minimum: 3 }, 2)).toContain('>= 3');
    expect(outputFault({ type: 'array', minItems: 2 }, [1])).toContain('2 items');
    expect(outputFault({ enum: [{ a: 1 }] }, { a: 1 })).toBeNull();
    expect(outputFault({ not: { type: 'string' } }, 'x')).toContain('NOT');
    expect(outputFault({ type: 'string', format: 'date' }, 'today')).toContain('date');
  });

  it('is refused when it says something that is not checked', () => {
    expect(schemaFault({ tpye: 'object' })).toContain('tpye');
    expect(schemaFault({ type: 'objekt' })).toContain('is no JSON Schema');
    expect(schemaFault({ $ref: 'https://example.com/elsewhere' })).toContain('elsewhere');
    expect(schemaFault({ type: ['object', 'null'], properties: { a: {} }, required: ['b'] })).toBeNull();
  });
});
