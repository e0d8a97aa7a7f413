// Which secrets this process knows, each under a name. Some are learnt only after the start. Shows nothing of itself.

/** A secret of which the value is known. `name` is what stands in its place; it gives nothing away. */
export type KnownSecret = {
  readonly name: string;
  readonly value: string;
};

/** All of them. One that is learnt later counts from then on, for everything that holds this. */
export type KnownSecrets = {
  readonly list: () => readonly KnownSecret[];
  /** Adds one; a value that is known keeps its first name, and one that is too short is left out. */
  readonly learn: (secret: KnownSecret) => void;
};

/** Fewer characters cannot be told from ordinary text. */
export const minSecretChars = 8;

/** Collects secrets; the first name of a value counts. */
export function createKnownSecrets(first: Iterable<KnownSecret> = []): KnownSecrets {
  let known: readonly KnownSecret[] = [];
  const learn = (secret: KnownSecret) => {
    const { name, value } = secret;
    const isKnown = known.some((one) => one.value === value);
    if (!isKnown && value.length >= minSecretChars) known = [...known, { name, value }];
  };
  for (const secret of first) learn(secret);
  return { list: () => known, learn };
}
