// All commands under one name. Runs nothing.
import { Command } from 'commander';
import { addAlert } from './alert.ts';
import { addBrakes } from './brakes.ts';
import { addDoctor } from './doctor.ts';
import { addIncidents } from './incidents.ts';
import { addOrders } from './orders.ts';
import { addPlan } from './plan.ts';
import { addPlaybooks } from './playbooks.ts';
import { addRecord } from './record.ts';
import { addRegister } from './register.ts';
import { addReplay } from './replay.ts';
import { addRuns } from './runs.ts';
import { addService } from './service.ts';
import { addSignal } from './signal.ts';
import { addRun } from './start-run.ts';
import { addTest } from './test.ts';

/** The program, ready to parse words; it throws a CommanderError where commander would end the process. */
export function createProgram(): Command {
  const program = new Command('firebreak')
    .description('Self-hosted ChatOps incident response.')
    .exitOverride()
    .showHelpAfterError('Add --help for the options and examples.');
  for (const add of [
    ...[addService, addPlaybooks, addPlan, addTest, addRun, addRuns, addIncidents, addOrders, addSignal, addBrakes],
    ...[addRecord, addReplay, addRegister, addAlert, addDoctor],
  ])
    add(program);
  return program;
}
