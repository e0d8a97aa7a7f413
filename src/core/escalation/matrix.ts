// The escalation matrix: who answers for an incident of a severity at a stage. The section `escalation:` of the configuration. Calls nobody. Pure.
import { z } from 'zod';
import type { IncidentState } from '../incident/state.ts';
import { EscalationStage } from './stage.ts';

const severity = z.number().int().min(1).max(4);
const oneOrMore = <T extends z.ZodType>(one: T) => z.union([one.transform((value) => [value]), z.array(one).min(1)]);
const names = z
  .array(
    z
      .string()
      .regex(/^(?:@(?:oncall:)?[a-z0-9][a-z0-9_-]{0,62}|[UW][A-Z0-9]+)$/, 'must be a role such as "@sre" or a user id'),
  )
  .max(20)
  .default([]);

/** One row: whom it names for the severities and stages that it is about; what it does not say is about all. */
const EscalationRow = z.strictObject({
  severity: oneOrMore(severity).exactOptional(),
  stage: oneOrMore(EscalationStage).exactOptional(),
  /** Who does the work. */
  responsible: names,
  /** Who answers for it, and decides where nobody else does. */
  accountable: names,
  /** Who is asked. */
  consulted: names,
  /** Who is told. */
  informed: names,
});

/** The matrix. The first row that fits counts, as with routes. */
export const EscalationMatrix = z.array(EscalationRow).max(100).default([]);
export type EscalationMatrix = z.infer<typeof EscalationMatrix>;

/** Who is who at one place of the matrix. */
export type Raci = Pick<EscalationMatrix[number], 'responsible' | 'accountable' | 'consulted' | 'informed'>;

const nobody: Raci = { responsible: [], accountable: [], consulted: [], informed: [] };

/** Who is who for a severity at a stage; nobody where no row fits. */
export function raciAt(
  matrix: EscalationMatrix,
  { severity, stage }: { readonly severity: number; readonly stage: EscalationStage },
): Raci {
  const row = matrix.find((one) => (one.severity?.includes(severity) ?? true) && (one.stage?.includes(stage) ?? true));
  if (!row) return nobody;
  const { responsible, accountable, consulted, informed } = row;
  return { responsible, accountable, consulted, informed };
}

/** Where an incident stands, but for what its runs wait for. */
export const stageOfIncident = ({
  acknowledgedBy,
  mitigatedAt,
}: Pick<IncidentState, 'acknowledgedBy' | 'mitigatedAt'>): EscalationStage =>
  mitigatedAt !== undefined ? 'mitigated' : acknowledgedBy !== null ? 'acknowledged' : 'open';

/** Those who work on it: invited to its channel. Whoever is only told is not brought in. */
export const workingAt = (matrix: EscalationMatrix, at: Parameters<typeof raciAt>[1]): readonly string[] => {
  const { responsible, accountable, consulted } = raciAt(matrix, at);
  return [...new Set([...responsible, ...accountable, ...consulted])];
};

/** Those who are called when it needs people: who does the work, and who answers for it. */
export const calledAt = (matrix: EscalationMatrix, at: Parameters<typeof raciAt>[1]): readonly string[] => {
  const { responsible, accountable } = raciAt(matrix, at);
  return [...new Set([...responsible, ...accountable])];
};

/** Every name that a matrix has, with the row and column it stands in. */
export const namesInMatrix = (matrix: EscalationMatrix): readonly { readonly name: string; readonly at: string }[] =>
  matrix.flatMap((row, n) =>
    (['responsible', 'accountable', 'consulted', 'informed'] as const).flatMap((column) =>
      row[column].map((name) => ({ name, at: `escalation[${n}].${column}` })),
    ),
  );
