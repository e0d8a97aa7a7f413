// A real Icinga 2 that watches one service and notifies by the commands of docs/sources/icinga.md.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { documentedBlock } from './documented.ts';
import { programOf, type Receiver, type Sender, senderFolder, startProgram } from './sender.ts';

export function startIcinga(receiver: Receiver): Sender {
  const program = programOf('icinga2', 'icinga2-bin');
  const { folder, write, header, check, setBroken } = senderFolder('icinga', receiver);
  for (const name of ['data', 'log', 'cache', 'run']) mkdirSync(join(folder, name));
  const settings = write(
    'icinga2.conf',
    `object CheckerComponent "checker" { }
object NotificationComponent "notification" { }
object Endpoint "here" { }
object Zone "all" { endpoints = [ "here" ] }
object CheckCommand "payments" { command = [ "${check}" ] }
object CheckCommand "alive" { command = [ "/bin/true" ] }
object Host "db-1" {
  check_command = "alive"
  address = "127.0.0.1"
}
object Service "payments" {
  host_name = "db-1"
  check_command = "payments"
  check_interval = 1s
  retry_interval = 1s
  max_check_attempts = 1
}
${documentedBlock('icinga', 'template NotificationCommand', { url: receiver.url, header })}`,
  );
  const places = {
    DataDir: 'data',
    LogDir: 'log',
    CacheDir: 'cache',
    InitRunDir: 'run',
    PidPath: 'run/pid',
    VarsPath: 'cache/vars',
    StatePath: 'data/state',
    ModAttrPath: 'data/attributes',
    ObjectsPath: 'cache/objects',
  };
  const user = process.getuid?.() === 0 ? 'root' : (process.env['USER'] ?? '');
  const { said, stop } = startProgram(
    program,
    [
      'daemon',
      '-c',
      settings,
      '-DNodeName=here',
      ...Object.entries(places).map(([name, path]) => `-D${name}=${join(folder, path)}`),
    ],
    { folder, env: { ICINGA2_USER: user, ICINGA2_GROUP: user } },
  );
  return {
    source: 'icinga',
    setBroken,
    said,
    async stop() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
