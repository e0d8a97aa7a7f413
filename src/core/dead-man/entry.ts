// An entry of `deadman:`: what is pinged while work flows. Pings nothing.

/** One of them, with its secret fetched. The address may be a secret: it is named by its place in the file. */
export type DeadManEntry = {
  readonly name: string;
  readonly url: string;
  readonly everyMs: number;
  readonly method: 'GET' | 'POST';
  /** The role whose work it stands for; null: of every process. */
  readonly role: 'web' | 'worker' | null;
};
