// What a piece of evidence is, whatever it is called: its type, its bounds, how it may be shown.
import { describe, expect, it } from 'vitest';
import {
  boundedEvidence,
  bytesOf,
  inlineType,
  maxItemBytes,
  previewOf,
  typeOf,
} from '../../src/core/evidence/content.ts';
import { createRedactor } from '../../src/core/redact.ts';
import { createKnownSecrets } from '../../src/core/secret/known-secrets.ts';
import { createMasker } from '../../src/core/secret/masker.ts';
import { redactedEvidence } from '../../src/engine/runs/capture-evidence.ts';

const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const html = Buffer.from('<!doctype html><script>alert(1)</script>');
const chart = JSON.stringify({
  ...{ chart: 'series/v1', title: 't', fromSeconds: 0, toSeconds: 60, stepSeconds: 15 },
  series: [{ name: 'up', points: [[0, 1]] }],
});

describe('the type of evidence', () => {
  it('is what its bytes say, not what it is called', () => {
    expect(typeOf(png, 'text')).toBe('image/png');
    expect(typeOf(html, 'png')).toBe('text/plain');
    expect(typeOf(Buffer.from('{"a":1}'), 'png')).toBe('application/json');
    expect(typeOf(Buffer.from('a,b\n1,2'), 'csv')).toBe('text/csv');
    expect(typeOf(Buffer.from([0, 1, 2]), 'text')).toBe('application/octet-stream');
    expect(typeOf(Buffer.from('{"chart":"no"}'), 'chart')).toBe('application/json');
    expect(previewOf(typeOf(Buffer.from(chart), 'chart'))).toBe('chart');
  });

  it('lets nothing be shown as an image that is none, and no HTML as HTML', () => {
    expect(inlineType(html, 'image/png')).toBeNull();
    expect(inlineType(html, 'text/html')).toBeNull();
    expect(inlineType(html, 'text/plain')).toBe('text/plain; charset=utf-8');
    expect(inlineType(png, 'image/png')).toBe('image/png');
    expect(inlineType(png, 'text/plain')).toBeNull();
  });

  it('takes images out of data URLs and writes values as JSON', () => {
    expect(bytesOf(`data:image/png;base64,${png.toString('base64')}`).equals(png)).toBe(true);
    expect(bytesOf('data:text/html;base64,PGI+').toString()).toBe('data:text/html;base64,PGI+');
    expect(bytesOf({ a: 1 }).toString()).toBe('{\n  "a": 1\n}');
  });
});

describe('the bounds of evidence', () => {
  const text = { declared: null, room: maxItemBytes };

  it('cut a text that is too long at a whole character, and say so', () => {
    const long = Buffer.from('ä'.repeat(maxItemBytes));
    const kept = boundedEvidence(long, text);
    if (!kept.ok) throw new Error(kept.error);
    const shown = kept.value.content.toString('utf8');
    expect(shown).not.toContain('\ufffd');
    expect(shown.endsWith(`\n[${kept.value.cutBytes} bytes cut]`)).toBe(true);
    expect(kept.value.cutBytes).toBeGreaterThan(maxItemBytes - 8);
  });

  it('refuse what cannot be cut and stay what it is, and anything where there is no room', () => {
    const large = Buffer.concat([png, Buffer.alloc(maxItemBytes)]);
    expect(boundedEvidence(large, text)).toMatchObject({ ok: false, error: expect.stringContaining('no text') });
    expect(boundedEvidence(png, { declared: null, room: 100 })).toMatchObject({ ok: false });
  });

  it('count what was lost before', () => {
    const kept = boundedEvidence(Buffer.from('a'.repeat(2000)), { declared: null, room: 4000, lost: 10_000_000_000 });
    expect(kept).toMatchObject({ ok: true, value: { cutBytes: 10_000_000_000 } });
  });
});

describe('a secret in evidence', () => {
  const secret = { name: 'db', value: 'correct-horse-battery-staple' };
  const known = createKnownSecrets([secret]);
  const deps = { masker: createMasker(known, Buffer.alloc(32)), redact: createRedactor(known) };

  it('is gone from a text before the text is cut', () => {
    const around = 'x'.repeat(maxItemBytes - 10);
    const kept = redactedEvidence(deps, Buffer.from(`${around}${secret.value}`), {
      declared: null,
      room: maxItemBytes,
    });
    if (!kept.ok) throw new Error(kept.error);
    expect(kept.value.content.toString()).not.toContain('correct-h');
  });

  it('keeps bytes that are no text from being stored', () => {
    const image = Buffer.concat([png, Buffer.from([0]), Buffer.from(secret.value)]);
    expect(redactedEvidence(deps, image, { declared: 'png', room: maxItemBytes })).toMatchObject({ ok: false });
    expect(redactedEvidence(deps, png, { declared: 'png', room: maxItemBytes })).toMatchObject({ ok: true });
  });
});
