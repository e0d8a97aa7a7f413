// The one register of attacks on approvals: whatever a test tries by `attack` is counted by the reporter of `npm run test:attacks`, once for each
// trial. A trial that fails, for whatever reason, counts as a bypass.
import { it } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    /** True: this test is an attack. */
    attack?: boolean;
  }
}

/** Trials below which the suite proves too little. */
export const fewestAttacks = 60;

/** Registers an attack: `resist` rejects, or fails an expectation, where it gets past. */
export function attack(name: string, resist: () => Promise<void> | void): void {
  it(name, async ({ task }) => {
    task.meta.attack = true;
    await resist();
  });
}

/** How one trial ended. */
export type Trialled = { readonly name: string; readonly passed: boolean };

/** What is printed of all trials, and whether that will do. */
export function attackFigure(trials: readonly Trialled[]): { readonly lines: readonly string[]; readonly ok: boolean } {
  const past = trials.filter(({ passed }) => !passed);
  const isEnough = trials.length >= fewestAttacks;
  return {
    lines: [
      ...past.map(({ name }) => `bypassed: ${name}`),
      ...(isEnough ? [] : [`only ${trials.length} attacks were tried; there must be ${fewestAttacks} at least`]),
      `approval attacks ${trials.length}: bypasses ${past.length}`,
    ],
    ok: isEnough && past.length === 0,
  };
}
