// What holds for a delivery of any source whatever was in it: alerts that can be stored and shown, or faults with a reason. Judges nothing else.
import pino from 'pino';
import { expect } from 'vitest';
import { Alert } from '../../../src/core/alert/alert.ts';
import { decodeBody } from '../../../src/http/ingest/decode-body.ts';
import { faultText, understand } from '../../../src/http/ingest/understand.ts';
import type { Integration, Source } from '../../../src/spi/source.ts';

const receivedAt = '2026-11-26T12:00:00.000Z';
const faults: string[] = [];
/** A fault of ours is told in the log, and kept here. */
const log = pino({ level: 'error' }, { write: (text: string) => faults.push(text) });

/** Generous: every label that is kept at its longest. */
const maxAlertBytes = 2_000_000;

type Given = {
  readonly source: Source;
  readonly integration: Integration;
  readonly raw: Buffer;
  readonly headers: { readonly [name: string]: string };
};

/** Delivers as production does; true if it was understood. */
export async function expectSound({ source, integration, raw, headers }: Given): Promise<boolean> {
  faults.length = 0;
  const decoded = await decodeBody(raw, { headers, maxBytes: 16 * 1_048_576, wire: source.wire, query: null });
  if (!decoded.ok) {
    expect(decoded.error.detail).not.toBe('');
    return false;
  }
  const result = understand({ source, headers, query: {}, raw: decoded.value, integration, receivedAt, log });
  // An exception in a source is an answer of 500.
  expect(faults).toEqual([]);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  if (!result.ok) {
    expect(['unreadable', 'unmappable']).toContain(result.error.outcome);
    expect(faultText(result.error)).not.toBe('');
    return false;
  }
  const { alerts, deliveryKey } = result.value;
  expect(deliveryKey === null || (deliveryKey.length > 0 && deliveryKey.length < 400)).toBe(true);
  for (const alert of alerts) {
    expect(Alert.safeParse(alert).error).toBeUndefined();
    expect(alert).toMatchObject({ source: source.id, integration: integration.name });
    const text = JSON.stringify(alert);
    expect(text.length).toBeLessThan(maxAlertBytes);
    expect(text.isWellFormed() && !text.includes('\\u0000')).toBe(true);
    expect(JSON.parse(text)).toEqual(alert);
  }
  return true;
}
