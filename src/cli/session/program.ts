// All commands under one name. Runs nothing.
import { Command } from 'commander';
import { programVersion } from '../../platform/version.ts';
import { addTokens } from '../access/tokens.ts';
import { addWhoami } from '../access/whoami.ts';
import { addAlert } from '../alerts/alert.ts';
import { addDoctor } from '../doctor/doctor.ts';
import { addIncidents } from '../incidents/incidents.ts';
import { addPlan } from '../playbook/plan.ts';
import { addRegister } from '../playbook/register.ts';
import { addTest } from '../playbook/test.ts';
import { addPlaybooks } from '../playbook/validate.ts';
import { addRecord } from '../record/record.ts';
import { addReplay } from '../record/replay.ts';
import { addApprovals } from '../runs/approvals.ts';
import { addHalt } from '../runs/halt.ts';
import { addOrders } from '../runs/orders.ts';
import { addRuns } from '../runs/runs.ts';
import { addSignal } from '../runs/signal.ts';
import { addRun } from '../runs/start-run.ts';
import { addCompletion } from './completion.ts';
import { addService } from './service.ts';

const commands = [
  addService,
  addPlaybooks,
  addPlan,
  addTest,
  addRun,
  addRuns,
  addIncidents,
  addApprovals,
  addOrders,
  addSignal,
  addHalt,
  addRecord,
  addReplay,
  addRegister,
  addAlert,
  addDoctor,
  addWhoami,
  addTokens,
  addCompletion,
] as const;

/** The program, ready to parse words; it throws a CommanderError where commander would end the process. */
export function createProgram(): Command {
  const program = new Command('firebreak')
    .description('Self-hosted ChatOps incident response.')
    .version(programVersion, '--version', 'the version of this program')
    .exitOverride()
    .showHelpAfterError('Add --help for the options and examples.');
  for (const add of commands) add(program);
  return program;
}
