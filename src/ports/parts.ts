// What a process depends on, part by part, as it stands right now. Types only: whoever watches a part reports it.

/** The parts there are. `record`: whether the ledger is what it was when it was last sealed; `deadman`: whether the dead-man's switches are held. */
export const partNames = [
  'database',
  'queue',
  'slack',
  'log',
  'clock',
  'workers',
  'sealing',
  'record',
  'deadman',
] as const;
/** A part. */
export type PartName = (typeof partNames)[number];

/** `up`: as it should be; `away`: it is missed, and everything that does not need it goes on; `off`: it is not configured. */
type PartStatus = 'up' | 'away' | 'off';

/** One part, as it stands. */
export type PartState = {
  readonly name: PartName;
  readonly status: PartStatus;
  /** Since when it stands so. */
  readonly since: string;
  /** The last trouble with it, without secrets; kept after it came back. */
  readonly error: string | null;
};

/** Says how a part stands; to be said as often as one likes, and told to people only when it changes. `error`: why it is away. */
export type ReportPart = (name: PartName, status: PartStatus, error?: string) => void;

/** The parts of one process. */
export type PartStates = {
  readonly report: ReportPart;
  /** Those that were reported, in the order of `partNames`. */
  readonly list: () => readonly PartState[];
};
