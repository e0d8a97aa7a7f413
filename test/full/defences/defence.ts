// What a defence is to the mutation check. Types only.

/** A defence, and the edit that takes it out: with the edit, its test must fail. */
export type Defence = {
  /** The threat or fault that it answers, short. */
  readonly threat: string;
  /** What it promises, in one sentence. */
  readonly defence: string;
  /** The source file, from the root of the repository. */
  readonly file: string;
  /** Text that stands in the file exactly once. */
  readonly find: string;
  /** What stands there when the defence is gone. */
  readonly replace: string;
  /** The test file that must fail then, from the root of the repository. */
  readonly test: string;
  /** Part of the title of the test in it that must fail; absent: any. */
  readonly title?: string;
};
