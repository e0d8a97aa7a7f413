// What every secret provider promises, whichever it is: a new one is held to it from the day it stands in the list.
import { describe, expect, it } from 'vitest';
import { fetchSecret } from '../../src/config/secrets.ts';
import * as listed from '../../src/secrets/index.ts';
import { secretProviders } from '../../src/secrets/registry.ts';
import { Secret, SecretRef } from '../../src/spi/secret.ts';

const nowhere = { env: { SOMETHING_ELSE: 'hunter2-correct-horse' } };

it('there are secret providers, each under its own id', () => {
  expect(secretProviders.size).toBeGreaterThan(0);
  // Two of one id would be one.
  expect(secretProviders.size).toBe(Object.keys(listed).length);
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
      const { provider: id, reference } = Secret.parse({ [provider.id]: 'somewhere' });
      expect([id, reference]).toEqual([provider.id, 'somewhere']);
    });

    it('says in one line what it could not find, and holds no other secret in it', () => {
      for (const reference of ['no_such_secret_anywhere', '', '/', '../..', '__proto__', 'a b\u0007']) {
        const found = fetchSecret(new SecretRef(provider.id, reference), nowhere);
        if (found.ok) throw new Error(`${provider.id} found something at ${reference}`);
        expect(found.error).toContain(reference);
        expect(found.error).not.toMatch(/\n|hunter2|\bError\b/);
      }
    });
  });
}
