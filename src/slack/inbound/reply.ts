// What somebody is answered. A type only.

/** What the person alone is told; null: the answer was given otherwise. */
export type Reply = string | null;
