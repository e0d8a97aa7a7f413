// A certificate of our own: an RSA key and what vouches for it, made for a test and never stored. Node can read certificates, not make them.
import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const size = content.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}
const sequence = (...parts: readonly Buffer[]) => der(0x30, ...parts);
const generalizedTime = (at: string) => der(0x18, Buffer.from(`${at.replaceAll(/[-:T]/g, '').slice(0, 14)}Z`));

/** A self-signed certificate as PEM, with the key that it is for. */
export type GivenCertificate = { readonly pem: string; readonly key: KeyObject };

type Wanted = {
  readonly from: string;
  readonly to: string;
  /** Absent: a new one. */
  readonly key?: KeyObject;
};

/** Makes one that is valid between two instants. */
export function givenCertificate({ from, to, key }: Wanted): GivenCertificate {
  const privateKey = key ?? generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const publicKey = createPublicKey(privateKey);
  // sha256WithRSAEncryption; commonName.
  const algorithm = sequence(Buffer.from('06092a864886f70d01010b0500', 'hex'));
  const name = sequence(
    der(0x31, sequence(Buffer.from('0603550403', 'hex'), der(0x0c, Buffer.from('sns.example.com')))),
  );
  const validity = sequence(generalizedTime(from), generalizedTime(to));
  const subject = publicKey.export({ type: 'spki', format: 'der' });
  const content = sequence(der(0x02, Buffer.from([1])), algorithm, name, validity, name, subject);
  const signature = der(0x03, Buffer.from([0]), sign('sha256', content, privateKey));
  const base64 = sequence(content, algorithm, signature).toString('base64');
  const lines = base64.match(/.{1,64}/g) ?? [];
  return { pem: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`, key: privateKey };
}
