// A real Nagios that watches one service and notifies by the command of docs/sources/nagios.md.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { documentedBlock } from './documented.ts';
import { programOf, type Receiver, type Sender, senderFolder, startProgram } from './sender.ts';

const days = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

export function startNagios(receiver: Receiver): Sender {
  const program = programOf('nagios4', 'nagios4-core');
  const { folder, write, header, check, setBroken } = senderFolder('nagios', receiver);
  mkdirSync(join(folder, 'results'));
  const places = { url: receiver.url, header };
  const notify = write('notify', documentedBlock('nagios', '#!/bin/sh', places), 0o755);
  const commands = documentedBlock('nagios', 'define command', places).replace(
    '/usr/local/lib/firebreak-nagios',
    notify,
  );
  const objects = write(
    'objects.cfg',
    `${commands}
define timeperiod {
  timeperiod_name 24x7
  alias always
  ${days.map((day) => `${day} 00:00-24:00`).join('\n  ')}
}
define command {
  command_name check-payments
  command_line ${check}
}
define host {
  host_name db-1
  address 127.0.0.1
  max_check_attempts 1
  check_period 24x7
  notification_period 24x7
  contacts firebreak
}
define service {
  host_name db-1
  service_description payments
  check_command check-payments
  check_interval 1
  retry_interval 1
  max_check_attempts 1
  check_period 24x7
  notification_interval 0
  notification_period 24x7
  contacts firebreak
}
`,
  );
  const settings = write(
    'nagios.cfg',
    `${['log', 'object_cache', 'precached_object', 'status', 'state_retention', 'temp', 'command', 'lock'].map((name) => `${name}_file=${folder}/${name}`).join('\n')}
temp_path=${folder}
check_result_path=${folder}/results
query_socket=${folder}/query
cfg_file=${objects}
nagios_user=${process.getuid?.() === 0 ? 'root' : process.env['USER']}
nagios_group=root
interval_length=1
enable_environment_macros=1
check_external_commands=0
use_syslog=0
`,
  );
  const { said, stop } = startProgram(program, [settings], { folder });
  return {
    source: 'nagios',
    setBroken,
    said,
    async stop() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
