// What one evaluation may cost: every step and everything it reads or makes counts against one budget. Knows no function.

/**
 * Steps of one evaluation. One step is one part of a loop's body for one item, one element of a list or map, or 64 characters of text
 * that a function reads or makes; all of them together take a fraction of a second and a few megabytes.
 */
const maxSteps = 100_000;

/** Characters that count as one step. */
const charactersPerStep = 64;

let left = maxSteps;

let budget = maxSteps;

/** Begins an evaluation with a full budget, or with a smaller one. Evaluations do not nest. */
export function startMeter(steps = maxSteps): void {
  budget = Math.min(steps, maxSteps);
  left = budget;
}

/** Whether the evaluation has cost more than it may; it has then failed, whatever it yields. */
export const isOverspent = (): boolean => left < 0;

/** What is said of an evaluation that costs too much. */
export const tooMuch = (): string =>
  `it takes more than ${budget} steps; work on less data, or split it into several steps`;

/** Counts steps before they are taken. @throws Error once there are none left */
export function spend(steps: number): void {
  left -= steps;
  if (left < 0) throw new Error(tooMuch());
}

/** The steps that a text of this many characters costs. */
export const stepsOfText = (characters: number): number => Math.ceil(characters / charactersPerStep);
