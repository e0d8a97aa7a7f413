// Icinga 2: notification commands of ours, since it can send nothing by itself. Says how they are written; the rest is shared with Nagios.
import { notificationFields, notificationSource } from './plugin-notification.ts';

/** The source. */
export const icinga = notificationSource({
  id: 'icinga',
  title: 'Icinga',
  docs: {
    setUp: `\`\`\`yaml
integrations:
  icinga:
    source: icinga
    auth: { type: bearer, token: { env: ICINGA_TOKEN } }
\`\`\`

Icinga runs a \`command\` that is a list without a shell: each macro stays one argument, whatever a check has written. Put this into
\`conf.d/firebreak.conf\`:

\`\`\`text
template NotificationCommand "firebreak" {
  command = [
    "/usr/bin/curl", "--silent", "--show-error", "--fail", "--max-time", "10",
    "--retry", "360", "--retry-delay", "10", "--retry-connrefused",
    "--header", "@/etc/icinga2/firebreak.header", "https://firebreak.example.com/hooks/icinga"
  ]
  timeout = 70m
  arguments = {
    "type" = { key = "--data-urlencode", value = "type=$notification.type$" }
    "time" = { key = "--data-urlencode", value = "time=$icinga.timet$" }
    "host" = { key = "--data-urlencode", value = "host=$host.name$" }
    "address" = { key = "--data-urlencode", value = "address=$address$" }
  }
}
object NotificationCommand "firebreak-host" {
  import "firebreak"
  arguments += {
    "state" = { key = "--data-urlencode", value = "state=$host.state$" }
    "output" = { key = "--data-urlencode", value = "output=$host.output$" }
  }
}
object NotificationCommand "firebreak-service" {
  import "firebreak"
  arguments += {
    "service" = { key = "--data-urlencode", value = "service=$service.name$" }
    "state" = { key = "--data-urlencode", value = "state=$service.state$" }
    "output" = { key = "--data-urlencode", value = "output=$service.output$" }
  }
}
object User "firebreak" { }
apply Notification "firebreak" to Host {
  command = "firebreak-host"
  users = [ "firebreak" ]
  types = [ Problem, Recovery ]
  states = [ Up, Down ]
  assign where true
}
apply Notification "firebreak" to Service {
  command = "firebreak-service"
  users = [ "firebreak" ]
  types = [ Problem, Recovery ]
  states = [ OK, Warning, Critical, Unknown ]
  assign where true
}
\`\`\`

\`/etc/icinga2/firebreak.header\`, readable for the user of Icinga alone, holds the line \`Authorization: Bearer <token>\`.

${notificationFields}`,
    security:
      'Icinga signs nothing. The command sends a header from a file, so that the token stands in no list of processes. Use HTTPS.',
    test: 'Send a custom notification in Icinga Web: it is taken and changes nothing. `firebreak alert send` sends the sample as a new alert.',
    retries: `curl tries every ten seconds for an hour, on no answer, 408, 429 and 5xx, and Icinga, which ends a command after one minute, is told to let it; Icinga itself does not try again. With
\`interval\` of the notification (30 minutes unless you say otherwise) a problem that lasts is told again; repetitions change nothing here.`,
  },
});
