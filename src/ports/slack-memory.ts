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
  /** What stands there says that something burns. */
  readonly showsFiring: boolean;
  /** Slack's code of the last refusal; null: it took the message. */
  readonly refused: string | null;
  /** Another surface has told its readers the end. */
  readonly passedOn: boolean;
};

/** A message that is not as it should be: the incident is over and it says otherwise, or Slack refused it. */
export type OwedMessage = {
  readonly key: string;
  readonly incidentId: string;
  readonly channelId: string;
  /** Slack's code of the last refusal; null: it was not refused. */
  readonly refused: string | null;
  /** For how long, in milliseconds; 0 where that is not known. */
  readonly openMs: number;
};

/** To be asked immediately before what a lock is for. Rejects if the lock is lost. */
export type StillHeld = () => Promise<void>;

/** The notifier's memory. */
export type SlackMessages = {
  readonly ofIncident: (incidentId: string) => Promise<readonly SlackMessage[]>;
  readonly byKey: (key: string) => Promise<SlackMessage | null>;
  /** The incident that is told in a thread: what hangs on this message of the announce channel; null: none. */
  readonly incidentOfThread: (place: { channelId: string; ts: string }) => Promise<string | null>;
  /** Notes that a post is about to happen; false if the key is known already. */
  readonly begin: (message: { key: string; incidentId: string; channelId: string }) => Promise<boolean>;
  readonly sent: (
    key: string,
    sent: { ts: string; digest: string; version: number; showsFiring: boolean },
  ) => Promise<void>;
  /** Notes that Slack refused it; whatever is sent later takes that back. */
  readonly refused: (key: string, code: string) => Promise<void>;
  /** Of these, another surface has told people the end: nothing is owed there any more. */
  readonly passedOn: (keys: readonly string[]) => Promise<void>;
  /** What people are owed, the oldest first. */
  readonly owed: (limit: number) => Promise<readonly OwedMessage[]>;
  /**
   * Runs `work` while this process holds the lock of that key; null, and nothing is run, if another holds it. `stillHeld` rejects once
   * the lock is lost: a process that was stopped, or whose connection was cut, may have lost it to another.
   */
  readonly exclusively: <T>(key: string, work: (stillHeld: StillHeld) => Promise<T>) => Promise<T | null>;
  /** Incidents whose timeline has moved on since the notifier last finished, oldest first. */
  readonly behind: (limit: number) => Promise<readonly { incidentId: string; version: number }[]>;
  /** The last event of the system stream up to which all was announced that is to be; 0: nothing was. */
  readonly announcedUpTo: () => Promise<number>;
  /** Notes it; it never goes back. */
  readonly noteAnnounced: (seq: number) => Promise<void>;
  /** Notes that the notifier has finished with a version of an incident; false if the incident has moved on. */
  readonly settled: (incidentId: string, version: number) => Promise<boolean>;
};
