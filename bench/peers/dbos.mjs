// DBOS: a workflow of five steps in its own database, started by a call in its process.
import { given, load, serve } from './program.mjs';

const { DBOS } = await load('@dbos-inc/dbos-sdk');
const fiveSteps = DBOS.registerWorkflow(
  async () => {
    for (let n = 1; n <= 5; n++) await DBOS.runStep(async () => true, { name: `s${n}` });
  },
  { name: 'fiveSteps' },
);
DBOS.setConfig({ name: 'bench', systemDatabaseUrl: given.databaseUrl, systemDatabasePoolSize: 20, logLevel: 'error' });
await DBOS.launch();
await serve(fiveSteps, () => DBOS.shutdown());
