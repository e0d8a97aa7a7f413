// The key that seals the record: made once whoever comes first, private, and refused with what to do when it cannot be used.
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/environment.ts';
import { createWitness, witnessFileOf } from '../../src/store/ledger/checkpoint-witness.ts';
import { openSigner, ownPublicKey, publicKeyFrom } from '../../src/store/ledger/signing-key.ts';

const run = promisify(execFile);
const dist = fileURLToPath(new URL('../../dist/store/ledger/signing-key.js', import.meta.url));
const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'firebreak-key-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the key', () => {
  it('is made once, though many processes come at the same time', async () => {
    const dataDir = join(folder, 'data');
    const program = `import { openSigner } from ${JSON.stringify(dist)}; console.log(openSigner({ signingKey: null, dataDir: ${JSON.stringify(dataDir)} }).keyId)`;
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => run(process.execPath, ['--input-type=module', '-e', program])),
    );
    expect(new Set(answers.map(({ stdout }) => stdout)).size).toBe(1);
    expect(readdirSync(dataDir)).toEqual(['signing-key.pem']);
    expect(statSync(join(dataDir, 'signing-key.pem')).mode & 0o777).toBe(0o600);
    expect(`${openSigner({ signingKey: null, dataDir }).keyId}\n`).toBe(answers[0]?.stdout);
  });

  it('of the settings comes first, and nothing is written then', () => {
    const place = { signingKey: pem, dataDir: folder };
    expect(openSigner(place).publicKey).toBe(ownPublicKey(place));
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is looked for by an audit, never made', () => {
    expect(ownPublicKey({ signingKey: null, dataDir: folder })).toBeNull();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is refused when others may read it, or when it is none', () => {
    const place = { signingKey: null, dataDir: folder };
    openSigner(place);
    const file = join(folder, 'signing-key.pem');
    chmodSync(file, 0o640);
    expect(() => openSigner(place)).toThrow(/may be read by others; run `chmod 600/);
    chmodSync(file, 0o600);
    writeFileSync(file, 'x');
    expect(() => openSigner(place)).toThrow(/signing-key\.pem is no Ed25519 private key; restore it from a backup/);
  });

  it('that people name may be a file, PEM or base64', () => {
    const place = { signingKey: null, dataDir: folder };
    const { publicKey } = openSigner(place);
    const file = join(folder, 'signing-key.pem');
    for (const given of [publicKey, file, readFileSync(file, 'utf8')]) expect(publicKeyFrom(given)).toBe(publicKey);
    for (const given of ['', '/nowhere', folder, 'x'.repeat(5000)])
      expect(() => publicKeyFrom(given)).toThrow(/Ed25519|read/);
  });

  it('in the environment is checked at the start, and shown by nothing', () => {
    const wrong = readConfig({ FIREBREAK_SIGNING_KEY: 'not-a-key' });
    expect(wrong).toMatchObject({
      error: [
        expect.stringMatching(/^FIREBREAK_SIGNING_KEY: must be an Ed25519 private key in PEM; make one: openssl/),
      ],
    });
    const file = join(folder, 'key');
    writeFileSync(file, pem);
    const config = readConfig({ FIREBREAK_SIGNING_KEY_FILE: file });
    expect(config.ok && config.value.signingKey).toBe(pem.trim());
    expect(JSON.stringify(config)).not.toContain(pem.split('\n')[1]);
  });
});

describe('the witness', () => {
  it('remembers the newest checkpoint, whole or not at all', () => {
    const dataDir = join(folder, 'data');
    const witness = createWitness(dataDir);
    expect(witness.recall()).toBeNull();
    for (const number of [1, 2]) {
      witness.remember({ number, digest: `sha256:${number}` });
      expect(createWitness(dataDir).recall()).toEqual({ number, digest: `sha256:${number}` });
    }
    expect(readdirSync(dataDir)).toEqual(['last-checkpoint.json']);
    for (const damaged of ['', '{', '{}', '{"number":0,"digest":"x"}']) {
      writeFileSync(witnessFileOf(dataDir), damaged);
      expect(() => witness.recall()).toThrow(/last-checkpoint\.json was edited or damaged/);
    }
  });
});
