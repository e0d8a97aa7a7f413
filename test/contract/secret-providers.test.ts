// What every secret provider promises, whichever it is: a new one is held to it from the day it stands in the list.
import { describe, expect, it } from 'vitest';
import { resolveSecret, SecretRef } from '../../src/config/secret-refs.ts';
import { secretProviders } from '../../src/secrets/index.ts';

const nowhere = { env: { SOMETHING_ELSE: 'hunter2-correct-horse' } };

it('there are secret providers, each under its own id', () => {
  expect(secretProviders.size).toBeGreaterThan(0);
  for (const [id, provider] of secretProviders) expect(provider.id).toBe(id);
});

for (const provider of secretProviders.values()) {
  describe(provider.id, () => {
    it('is described for those who configure it', () => {
      expect(provider.id).toMatch(/^[a-z][a-z0-9]*$/);
      expect(provider.reference).toMatch(/^[A-Z]+$/);
      expect(provider.docs).toMatch(/^[A-Z].*\.$/s);
      expect(provider.docs).toContain(`\`${provider.reference}\``);
    });

    it('is chosen by its id in a reference', () => {
      const ref = SecretRef.parse({ [provider.id]: 'somewhere' });
      expect(ref).toEqual({ provider: provider.id, reference: 'somewhere' });
    });

    it('says in one line what it could not find, and holds no other secret in it', () => {
      for (const reference of ['no_such_secret_anywhere', '', '/', '../..', '__proto__', 'a b\u0007']) {
        const found = resolveSecret({ provider: provider.id, reference }, nowhere);
        if (found.ok) throw new Error(`${provider.id} found something at ${reference}`);
        expect(found.error).toContain(reference);
        expect(found.error).not.toMatch(/\n|hunter2|\bError\b/);
      }
    });
  });
}
