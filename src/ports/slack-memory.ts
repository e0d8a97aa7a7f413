// What is kept of Slack messages, so that each is posted once.

/** What is kept of one Slack message so that it is posted once and edited afterwards. */
export type SlackMessage = {
  readonly key: string;
  readonly incidentId: string;
  readonly channelId: string;
  /** null: a post was begun and its answer never recorded; look in the channel before posting again. */
  readonly ts: string | null;
  /** Digest of what was last sent. */
  readonly digest: string | null;
  readonly version: number;
};

/** To be asked immediately before what a lock is for. Rejects if the lock is lost. */
export type StillHeld = () => Promise<void>;

/** The notifier's memory. */
export type SlackMessages = {
  readonly ofIncident: (incidentId: string) => Promise<readonly SlackMessage[]>;
  readonly byKey: (key: string) => Promise<SlackMessage | null>;
  /** Notes that a post is about to happen; false if the key is known already. */
  readonly begin: (message: { key: string; incidentId: string; channelId: string }) => Promise<boolean>;
  readonly sent: (key: string, sent: { ts: string; digest: string; version: number }) => Promise<void>;
  /**
   * Runs `work` while this process holds the lock of that key; null, and nothing is run, if another holds it. `stillHeld` rejects once
   * the lock is lost: a process that was stopped, or whose connection was cut, may have lost it to another.
   */
  readonly exclusively: <T>(key: string, work: (stillHeld: StillHeld) => Promise<T>) => Promise<T | null>;
  /** Incidents whose timeline has moved on since the notifier last finished, oldest first. */
  readonly behind: (limit: number) => Promise<readonly { incidentId: string; version: number }[]>;
  readonly settled: (incidentId: string, version: number) => Promise<void>;
};
