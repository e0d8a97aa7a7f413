// Masking: a known secret never gets past, in whatever form; what is masked can be put back where it may be, and nowhere else.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestJson, type Json } from '../../src/core/json.ts';
import { createKnownSecrets } from '../../src/core/secret/known-secrets.ts';
import { createMasker } from '../../src/core/secret/masker.ts';

const key = Buffer.alloc(32, 7);
const maskerOf = (value: string, own = key) => createMasker(createKnownSecrets([{ name: 'db', value }]), own);
const secret = 'Hunter2/Tiger+Rock';
const spaced = (by: string) => [...secret].join(by);
const base64 = (text: string) => Buffer.from(text).toString('base64');

/** Forms in which a secret gets past whoever looks for its text only. */
const forms: { readonly [name: string]: string } = {
  'as it is': secret,
  'in upper case': secret.toUpperCase(),
  'in lower case': secret.toLowerCase(),
  reversed: [...secret].reverse().join(''),
  'in base64': base64(secret),
  'in base64 after one character': base64(`a${secret}`).slice(2),
  'in base64 after two characters': base64(`ab${secret}`).slice(3),
  'in base64 without padding': base64(secret).replace(/=+$/, ''),
  'in base64 for URLs': Buffer.from(secret).toString('base64url'),
  'in a URL': encodeURIComponent(secret),
  'in a URL, in lower case': encodeURIComponent(secret).toLowerCase(),
  'in a URL, every byte': Buffer.from(secret).toString('hex').replace(/../g, '%$&'),
  'in a URL twice': encodeURIComponent(encodeURIComponent(secret)),
  'in hex': Buffer.from(secret).toString('hex'),
  'in hex by pairs': Buffer.from(secret)
    .toString('hex')
    .replace(/..(?=.)/g, '$&:')
    .toUpperCase(),
  'in JSON': JSON.stringify(secret),
  'in codes': secret.replace(/./gs, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
  'with spaces': spaced(' '),
  'with dashes': spaced('-'),
  'with line breaks': spaced('\n'),
  'with written line breaks': spaced('\\n'),
  'with unseen characters': spaced('\u200b'),
};

describe('a known secret', () => {
  for (const [name, text] of Object.entries(forms))
    it(`is masked ${name}`, () => {
      const shown = maskerOf(secret).mask(`before ${text} after`);
      expect(shown).toMatch(/^before "?(?:.{0,3})\[secret:db[^\]]*#[\w-]{11}\](?:.{0,3})"? after$/s);
      expect(shown).not.toContain(text.slice(4, -4));
    });

  it('is masked where it is split over texts that stand side by side', () => {
    const { mask } = maskerOf(secret);
    const shown = JSON.stringify(
      mask({ argv: ['-p', secret.slice(0, 7), secret.slice(7)], a: secret.slice(0, 4), b: secret.slice(4) }),
    );
    for (const part of [secret.slice(0, 7), secret.slice(7), secret.slice(4)]) expect(shown).not.toContain(part);
    expect(shown).toContain('-p');
  });

  it('survives in no value, wherever and however it stands, and masking again changes nothing', () => {
    const wanted = fc
      .stringMatching(/^[A-Za-z0-9!@#$/+]{10,40}$/)
      .filter((s) => s.replace(/[^A-Za-z0-9!@#$]/g, '').length >= 8);
    const form = fc.constantFrom<(s: string) => string>(
      (s) => s,
      (s) => s.toUpperCase(),
      (s) => base64(s),
      (s) => base64(`x${s}yz`),
      encodeURIComponent,
      (s) => [...s].join(' '),
      (s) => [...s].reverse().join(''),
      (s) => Buffer.from(s).toString('hex'),
    );
    const before = fc.oneof(fc.string(), fc.constantFrom('\\', 'C:\\files\\', '\\n'));
    fc.assert(
      fc.property(wanted, form, fc.jsonValue({ maxDepth: 3 }), before, (value, write, around, text) => {
        const { mask } = maskerOf(value);
        const written = write(value);
        const input = { around, list: [text, { [`k${written}`]: `${text}${written}${text}` }] } as Json;
        const shown = mask(input);
        expect(JSON.stringify(shown)).not.toContain(JSON.stringify(written).slice(1, -1));
        expect(JSON.stringify(shown)).not.toContain(JSON.stringify(value).slice(1, -1));
        expect(mask(shown)).toEqual(shown);
      }),
    );
  });

  it('is masked after a backslash that it makes look like the line break of JSON, and with one in itself', () => {
    for (const value of ['r@$A+/#/+0A!xyz', 'now-it-is-9-oclock', 'tab9tab9tab9', 'n@--+//==']) {
      const { mask, restore } = maskerOf(value);
      const path = `C:\\files\\${value}\\n`;
      expect(mask(path)).not.toContain(value.slice(1));
      expect(restore(mask(path))).toEqual({ ok: true, value: path });
    }
    const { mask } = maskerOf('abcd\\rest9999');
    for (const written of ['a b c d \\ r e s t 9 9 9 9', 'abcd\\rest9999', 'ABCD\\REST9999', 'abcd\n\\rest9999'])
      expect(mask(`x ${written} y`)).toMatch(/^x \[secret:db/);
  });

  it('leaves every other value the very same', () => {
    const input = { a: ['Hunter', 'the tiger rocks'], nextPageToken: 'abc', state: 'open', password: 'x' };
    expect(maskerOf(secret).mask(input)).toBe(input);
    expect(createMasker(createKnownSecrets(), key).mask(input)).toBe(input);
  });

  it('that is a service token is masked by its look', () => {
    expect(maskerOf(secret).mask(`x fbt_${'a1B2'.repeat(10)}`)).toMatch(
      /^x \[secret:service-token\/altered#[\w-]{11}\]$/,
    );
  });

  it('that is learnt later counts from then on', () => {
    const known = createKnownSecrets();
    const { mask } = createMasker(known, key);
    expect(mask(secret)).toBe(secret);
    known.learn({ name: 'database.password', value: secret });
    expect(mask(secret)).toMatch(/^\[secret:database\.password#/);
  });
});

describe('a placeholder', () => {
  it('of an exact form is put back as it was', () => {
    const { mask, restore } = maskerOf(secret);
    for (const name of ['as it is', 'in base64', 'in base64 for URLs', 'in a URL', 'in hex', 'in JSON', 'reversed']) {
      const input = { [name]: [`x ${forms[name]} y`, 5, null] };
      expect(restore(mask(input))).toEqual({ ok: true, value: input });
    }
  });

  it.each([
    ['altered', (mask: (t: string) => string) => mask(spaced(' ')), /secret db, which cannot be put back: .*altered/],
    ['unknown', () => '[secret:other#AAAAAAAAAAA]', /secret other, .*no secret of this name/],
    ['forged', () => '[secret:db#AAAAAAAAAAA]', /secret db, .*changed since/],
    ['cut', (mask: (t: string) => string) => mask(secret).slice(0, 14), /cut a placeholder/],
  ])('that is %s cannot be put back, and the error says so', (_, make, error) => {
    const { mask, restore } = maskerOf(secret);
    const put = restore([make(mask)]);
    expect(put.ok ? '' : put.error).toMatch(error);
    expect(JSON.stringify(put)).not.toContain(secret);
  });

  it('of an old value or of another installation is not put back', () => {
    const masked = maskerOf(secret).mask(secret);
    expect(maskerOf('another-value-now').restore(masked).ok).toBe(false);
    expect(maskerOf(secret, Buffer.alloc(32, 8)).restore(masked).ok).toBe(false);
  });

  it('that comes from outside is text, even one that was copied from here', () => {
    const { mask, incoming, restore } = maskerOf(secret);
    for (const copied of [mask(secret), '[secret:db]', '[SECRET:db#AAAAAAAAAAA]', `[secret:${mask(secret)}`]) {
      const taken = incoming({ label: `see ${copied}` });
      expect(JSON.stringify(taken)).not.toMatch(/\[secret:/i);
      expect(restore(taken)).toEqual({ ok: true, value: taken });
    }
    expect(incoming(`[secret:${secret}]`)).not.toContain(secret);
  });

  it('differs as what it stands for does, and gives nothing of it away', () => {
    const { mask } = maskerOf(secret);
    const digests = [secret, base64(secret), spaced(' '), spaced('-'), secret.toUpperCase()].map((text) =>
      digestJson(mask(text)),
    );
    expect(new Set(digests).size).toBe(5);
    expect(maskerOf(secret, Buffer.alloc(32, 8)).mask(secret)).not.toBe(mask(secret));
  });
});

describe('the time that masking takes', () => {
  // In a quadratic way each of them would last longer than a test may.
  it('is small for a text without a secret, and does not grow out of proportion with one that nearly holds some', () => {
    const { mask } = maskerOf('aaaaaaaaaaaaaaaaaaab');
    for (const text of ['a'.repeat(200_000), `${'a'.repeat(19)}c`.repeat(10_000), '[secret:'.repeat(20_000)])
      expect(mask(text).length).toBeGreaterThanOrEqual(text.length);
  });
});
