// A real Monit that watches one thing and executes the program of docs/sources/monit.md.
import { rmSync } from 'node:fs';
import { documentedBlock } from './documented.ts';
import { programOf, type Receiver, type Sender, senderFolder, startProgram } from './sender.ts';

export function startMonit(receiver: Receiver): Sender {
  const program = programOf('monit', 'monit');
  const { folder, write, header, check, setBroken } = senderFolder('monit', receiver);
  const notify = write('notify', documentedBlock('monit', '#!/bin/sh', { url: receiver.url, header }), 0o755);
  const settings = write(
    'monitrc',
    `set daemon 1
set pidfile ${folder}/pid
set idfile ${folder}/id
set statefile ${folder}/state
set log ${folder}/output.log
check program payments with path "${check}"
  if status != 0
    then exec "${notify} firing status"
    else if succeeded then exec "${notify} resolved status"
`,
    0o600,
  );
  const { said, stop } = startProgram(program, ['-I', '-c', settings], { folder });
  return {
    source: 'monit',
    setBroken,
    said,
    async stop() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
