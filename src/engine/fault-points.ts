// Named places where a test may make the process die. Nothing happens there otherwise.

/** Every place between two commits, or between an effect and its record. */
export const faultPoints = [
  'delivery.accepted',
  'run.started',
  'step.started',
  'action.done',
  'step.acted',
  'step.recorded',
  'approval.granted',
  'compensation.started',
  'slack.posted',
] as const;
export type FaultPoint = (typeof faultPoints)[number];

/** Called when execution reaches a point. */
export type ReachFaultPoint = (point: FaultPoint) => void;

/** Kills this very process the hard way when it reaches the armed point; does nothing if none is armed. */
export function armFaultPoint(armed: string | undefined): ReachFaultPoint {
  return (point) => {
    if (point === armed) process.kill(process.pid, 'SIGKILL');
  };
}
