// Named places where a test may make the process die or stand still. Nothing happens there otherwise.
import { writeSync } from 'node:fs';

/** Every place between two commits, or between an effect and its record, on the way from an alert to the end of its run. */
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
/** The same on the way from a schedule to its run: these are reached only where a playbook has one. */
export const scheduleFaultPoints = ['slot.claimed', 'slot.started'] as const;
/** The points there are. */
export type FaultPoint = (typeof faultPoints)[number] | (typeof scheduleFaultPoints)[number];

/** Called when execution reaches a point. */
export type ReachFaultPoint = (point: FaultPoint) => void;

/**
 * Does nothing if nothing is armed.
 * @param armed points, separated by commas: at `step.started` the process kills itself the hard way, at `step.started=SIGSTOP`
 *   it stands still until a SIGCONT. Each point acts once, and says so on stderr first
 */
export function armFaultPoint(armed = ''): ReachFaultPoint {
  const signals = new Map<string, string>();
  for (const item of armed.split(',')) {
    const [point = '', signal = 'SIGKILL'] = item.split('=');
    signals.set(point, signal);
  }
  return (point) => {
    const signal = signals.get(point);
    if (signal === undefined) return;
    signals.delete(point);
    writeSync(process.stderr.fd, `fault point ${point}\n`);
    process.kill(process.pid, signal);
  };
}
