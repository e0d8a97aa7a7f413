// Nagios: a notification command of ours, since it can send nothing by itself. Says how it is written; the rest is shared with Icinga.
import { notificationFields, notificationSource } from './plugin-notification.ts';

/** The source. */
export const nagios = notificationSource({
  id: 'nagios',
  title: 'Nagios',
  docs: {
    setUp: `\`\`\`yaml
integrations:
  nagios:
    source: nagios
    auth: { type: bearer, token: { env: NAGIOS_TOKEN } }
\`\`\`

Nagios puts macros into a command line that a shell reads, and the output of a check can hold anything. So the texts go through the environment,
where no shell reads them: set \`enable_environment_macros=1\` in \`nagios.cfg\`, and put this into
\`/usr/local/lib/firebreak-nagios\` (mode 0755):

\`\`\`sh
#!/bin/sh
# Sends one notification of Nagios. Texts of checks come through the environment and are never part of a command line that a shell reads.
# Nagios ends a command after 30 seconds (notification_timeout), so curl goes on by itself; what it complains about goes to syslog.
curl --silent --show-error --fail --max-time 10 --retry 360 --retry-delay 10 --retry-connrefused \\
  --header @/etc/nagios/firebreak.header \\
  --data-urlencode "type=$NAGIOS_NOTIFICATIONTYPE" \\
  --data-urlencode "id=$NAGIOS_SERVICENOTIFICATIONID$NAGIOS_HOSTNOTIFICATIONID" \\
  --data-urlencode "time=$NAGIOS_TIMET" \\
  --data-urlencode "host=$NAGIOS_HOSTNAME" \\
  --data-urlencode "address=$NAGIOS_HOSTADDRESS" \\
  --data-urlencode "groups=$NAGIOS_HOSTGROUPNAMES" \\
  --data-urlencode "service=$NAGIOS_SERVICEDESC" \\
  --data-urlencode "state=\${NAGIOS_SERVICESTATE:-$NAGIOS_HOSTSTATE}" \\
  --data-urlencode "output=\${NAGIOS_SERVICEOUTPUT:-$NAGIOS_HOSTOUTPUT}" \\
  --data-urlencode "notesurl=\${NAGIOS_SERVICENOTESURL:-$NAGIOS_HOSTNOTESURL}" \\
  https://firebreak.example.com/hooks/nagios </dev/null 2>&1 | logger --tag firebreak-nagios >/dev/null 2>&1 &
\`\`\`

\`/etc/nagios/firebreak.header\`, readable for the user of Nagios alone, holds the line \`Authorization: Bearer <token>\`. Then the commands, and
a contact that has them:

\`\`\`text
define command {
  command_name  notify-firebreak
  command_line  /usr/local/lib/firebreak-nagios
}
define contact {
  contact_name                   firebreak
  service_notification_period    24x7
  host_notification_period       24x7
  service_notification_options   w,u,c,r
  host_notification_options      d,u,r
  service_notification_commands  notify-firebreak
  host_notification_commands     notify-firebreak
}
\`\`\`

${notificationFields}`,
    security:
      'Nagios signs nothing. The command sends a header from a file, so that the token stands in no list of processes. Use HTTPS.',
    test: 'Send a custom notification in the web interface: it is taken and changes nothing. `firebreak alert send` sends the sample as a new alert.',
    retries: `curl tries every ten seconds for an hour, on no answer, 408, 429 and 5xx; Nagios itself does not try again. With
\`notification_interval\` a problem that lasts is told again; repetitions change nothing here.`,
  },
});
