// Redaction: a known secret goes in whatever form it stands, secrets of known shapes go unasked, ordinary text stays, and no
// text takes long.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { createRedactor } from '../../src/core/redact.ts';

const bare = createRedactor([]);
const redactorOf = (...values: readonly string[]) => createRedactor(values.map((value) => ({ name: 'known', value })));
const mark = '[redacted]';
const known = '[secret:known]';

/** Forms in which programs write a value into something longer. */
const forms: { readonly [name: string]: (secret: string) => string } = {
  'as it is': (secret) => secret,
  'in JSON': (secret) => JSON.stringify(secret).slice(1, -1),
  'in a URL': encodeURIComponent,
  'in a form': (secret) => new URLSearchParams({ a: secret }).toString().slice(2),
  'in hex': (secret) => Buffer.from(secret).toString('hex'),
  'in upper-case hex': (secret) => Buffer.from(secret).toString('hex').toUpperCase(),
  'in base64': (secret) => Buffer.from(secret).toString('base64'),
  'in base64 for URLs': (secret) => Buffer.from(secret).toString('base64url'),
  'broken over lines': (secret) => secret.replace(/.{5}(?=.)/gsu, '$&\n'),
};
/** Secrets as people have them: long enough to be one, of any characters. */
const secrets = fc
  .oneof(
    fc.string({ minLength: 8, maxLength: 60, unit: fc.constantFrom(...'abcXYZ019+/=$&%"\'\\.*?-_ ') }),
    fc.stringMatching(/^[A-Za-z0-9]{12,40}$/),
    fc.stringMatching(/^[a-z]{3}\n[A-Z0-9]{10}\n[a-z]{5}$/),
    fc.string({ minLength: 8, maxLength: 30, unit: 'grapheme' }),
  )
  .filter((secret) => secret.trim().length >= 8);
const around = fc.string({ maxLength: 40, unit: fc.constantFrom(...'abc XYZ.,:;{}[]"') });

describe('a known secret', () => {
  for (const [name, form] of Object.entries(forms)) {
    it(`goes ${name}`, () => {
      fc.assert(
        fc.property(secrets, around, around, (secret, before, after) => {
          const written = form(secret);
          const shown = redactorOf(secret).text(`${before}|${written}|${after}`);
          expect(shown).not.toContain(written);
          expect(shown).toContain(known);
        }),
      );
    });
  }

  it('goes within base64 of something longer, wherever it begins there', () => {
    fc.assert(
      fc.property(secrets, fc.string({ maxLength: 9 }), fc.string({ maxLength: 9 }), (secret, before, after) => {
        const shown = redactorOf(secret).text(Buffer.from(`${before}${secret}${after}`).toString('base64'));
        expect(Buffer.from(shown.split(known)[0] ?? '', 'base64').toString()).not.toContain(secret);
        expect(shown).toContain(known);
      }),
    );
  });

  it('goes from every place of a JSON value, names of members too, and its name is reported, never its value', () => {
    fc.assert(
      fc.property(secrets, fc.jsonValue(), (secret, value) => {
        const input = { list: [value, { deep: { text: `x ${secret} y` } }], [`name ${secret}`]: 1 } as Json;
        const { value: shown, redacted } = createRedactor([{ name: 'api-key', value: secret }]).report(input);
        expect(JSON.stringify(shown)).not.toContain(JSON.stringify(secret).slice(1, -1));
        expect(redacted).toContain('api-key');
        expect(redacted.join()).not.toContain(secret);
      }),
    );
  });

  it('goes though a shorter one stands in it, and one that is too short to be told from text is left alone', () => {
    const redact = redactorOf('pass', 'password-of-mine', 'abc');
    expect(redact.text('x password-of-mine y')).toBe(`x ${known} y`);
    expect(redact.text('abc')).toBe('abc');
  });
});

describe('a text that looks like a secret', () => {
  const key = `${'-'.repeat(5)}BEGIN RSA PRIVATE KEY${'-'.repeat(5)}\nMIIEow\nIBAAKC\n${'-'.repeat(5)}END RSA PRIVATE KEY${'-'.repeat(5)}`;
  const shapes: readonly (readonly [string, string, string])[] = [
    ['a Slack bot token', `xoxb-${'1'.repeat(12)}-AbCdEfGh`, mark],
    ['a Slack app token', `xapp-1-A0B1-${'2'.repeat(12)}`, mark],
    ['an AWS key', `AKIA${'ABCD'.repeat(4)}`, mark],
    ['a GitHub token', `ghp_${'a1B2'.repeat(9)}`, mark],
    ['a Firebreak token', `fbt_${'a1B2'.repeat(10)}`, '[secret:service-token]'],
    ['a Firebreak token in an address', `/x_fbt_${'a1B2'.repeat(10)}?a=b`, '/x_[secret:service-token]?a=b'],
    ['a JSON web token', `eyJhbGciOiJI.eyJzdWIiOiIx.${'s'.repeat(20)}`, mark],
    ['a private key', key, mark],
    ['a private key without its end', key.slice(0, 60), mark],
    ['a bearer token', 'Authorization: Bearer abcdef123456', `Authorization: Bearer ${mark}`],
    ['basic credentials', 'authorization: basic dXNlcjpwYXNz', `authorization: basic ${mark}`],
    ['a password in a URL', 'postgres://user:hunter22@db:5432/x', `postgres://user:${mark}@db:5432/x`],
    ['a password in text', 'password=hunter22 next', `password=${mark} next`],
    ['a password in JSON in text', '{"db_password": "hunter22"}', `{"db_password": "${mark}"}`],
    ['an API key in a query', '/x?api_key=hunter22&y=1', `/x?api_key=${mark}&y=1`],
  ];
  for (const [name, text, shown] of shapes) {
    it(`${name} goes`, () => {
      expect(bare.text(`see ${text}`)).toBe(`see ${shown}`);
      expect(bare.report([text]).redacted).toHaveLength(1);
    });
  }

  it('goes whole when its member says that it is one', () => {
    for (const member of [
      'password',
      'PGPASSWORD',
      'client_secret',
      'api-key',
      'apiKey',
      'Set-Cookie',
      'Authorization',
      'access_token',
    ])
      expect(bare({ [member]: 'x y', other: 'x y' })).toEqual({ [member]: mark, other: 'x y' });
  });
});

describe('everything else', () => {
  it('stays as it is', () => {
    const words = fc.constantFrom(
      'checkout',
      'is',
      'down',
      '5',
      'of',
      '7',
      'https://a.example/b?c=d',
      'deploy#12',
      'p99=1.2s',
      'a@b',
      '{}',
      'tok',
    );
    fc.assert(
      fc.property(
        fc.array(words).map((list) => list.join(' ')),
        (text) => {
          expect(bare.text(text)).toBe(text);
        },
      ),
    );
    expect(bare({ n: 1, b: true, z: null, list: ['a', { k: 'v' }], password: '', token: 5 })).toEqual({
      ...{ n: 1, b: true, z: null, list: ['a', { k: 'v' }], password: '', token: 5 },
    });
  });

  it('is bounded, and says how much was cut', () => {
    expect(bare.text('x'.repeat(20_000))).toMatch(/^x{16384}… \[3616 bytes cut\]$/);
    expect(bare.text(`${'x'.repeat(16_383)}😀`).isWellFormed()).toBe(true);
    expect(bare(Array.from({ length: 1200 }, () => 1))).toHaveLength(1001);
    let deep: Json = 'x';
    for (let i = 0; i < 5000; i++) deep = [deep];
    expect(JSON.stringify(bare(deep))).toContain('nested too deep');
  });

  it('redacted once is redacted for good', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            'password=',
            'Bearer ',
            'secret: ',
            'hunter22',
            mark,
            ' ',
            '\n',
            '"',
            'https://u:p4ss@h',
            'xoxb-',
          ),
        ),
        (parts) => {
          const once = bare.text(parts.join(''));
          expect(bare.text(once)).toBe(once);
        },
      ),
    );
  });

  it('keeps names such as __proto__ as names', () => {
    const shown = bare(JSON.parse('{"__proto__": {"polluted": 1}}') as Json);
    expect(Object.keys(shown as object)).toEqual(['__proto__']);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('time', () => {
  /** What the patterns look for, and what makes them look twice. */
  const pieces = [
    ...[
      '-----BEGIN ',
      '-----BEGIN PRIVATE KEY-----',
      '-----END ',
      'PRIVATE KEY',
      'xoxb-',
      'AKIA',
      'ghp_',
      'fbt_',
      'eyJ',
      'eyJaaaaaaaa.',
      '.eyJ',
    ],
    ...[
      'Bearer ',
      'Basic',
      'password',
      'secret',
      'token',
      '=',
      ' : ',
      '\\"',
      '://',
      'a://',
      'a:',
      '@',
      '/',
      ' ',
      '\n',
      '\\n',
      '\\r',
      'A',
      'a1',
      '-',
    ],
  ];
  /** A quadratic pattern needs minutes for such a text, longer than a test may last; a linear one milliseconds. */
  const size = 200_000;

  it('does not grow out of proportion, whatever repeats', () => {
    const redact = redactorOf(
      'a\nb\n\nc\\n\\n-secret',
      'aaaaaaaaaaaaaaaa',
      '-----BEGIN PRIVATE KEY-----\n\n\nMC4CAQ\n-----',
    );
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 4 }),
        fc.array(fc.constantFrom(...pieces), { maxLength: 3 }),
        fc.array(fc.constantFrom(...pieces), { maxLength: 3 }),
        (repeated, before, after) => {
          const unit = repeated.join('');
          const text = `${before.join('')}${unit.repeat(Math.ceil(size / unit.length))}${after.join('')}`;
          expect(redact.text(text)).not.toBe('');
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is not spent on a secret of many lines that a text nearly holds', () => {
    const lines = Array.from({ length: 12 }, (_, i) => `line${i}`).join('\n');
    const redact = redactorOf(lines);
    for (const text of [
      `${lines.slice(0, 40)}${'\\n'.repeat(50_000)}`,
      `line0${'\\n'.repeat(50_000)}${lines}`,
      `${lines.replaceAll('\n', '\\n'.repeat(2000))}`,
    ])
      expect(redact.text(text)).not.toBe('');
  });
});
