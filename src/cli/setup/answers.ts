// What `firebreak init` needs to know: from options, else asked at a terminal, else by default. Writes nothing.
import { cancel, confirm, isCancel, select, text } from '@clack/prompts';
import { z } from 'zod';
import { CliError, UsageError } from '../session/output.ts';

const transport = z.enum(['http', 'socket', 'none']);

/** Where people are: a Slack user group, a user, or a channel, each by its id. */
const userOrGroup = z
  .string()
  .regex(/^(?:S|U|W)[A-Z0-9]+$/, 'must be the id of a user group or user, such as S012ABCDEF');
const channel = z
  .string()
  .regex(/^(?:#[\p{Ll}\p{Lo}\p{N}_-]{1,80}|[CG][A-Z0-9]+)$/u, 'must be a channel such as "#incidents"');
const address = z
  .url({ protocol: /^https?$/, error: 'must be an address such as https://firebreak.example.com' })
  .transform((url) => url.replace(/\/+$/, ''));

/** The answers. `null`: there is none. */
export const Answers = z.strictObject({
  slack: transport,
  publicUrl: address.nullable(),
  command: z.string().regex(/^\/[a-z0-9_-]{1,31}$/, 'must be a slash command such as /firebreak'),
  approvers: userOrGroup.nullable(),
  announce: channel.nullable(),
  samples: z.boolean(),
});
export type Answers = z.output<typeof Answers>;

/** What was given by options; absent: not said. */
export type Given = { readonly [K in keyof z.input<typeof Answers>]?: z.input<typeof Answers>[K] | undefined };

const defaults = {
  slack: 'http',
  publicUrl: null,
  command: '/firebreak',
  approvers: null,
  announce: null,
  samples: false,
} as const;

/** Takes what was given, and the defaults for the rest. Throws a UsageError that names what cannot be. */
export function answersFrom(given: Given): Answers {
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const read = Answers.safeParse({ ...defaults, ...said });
  if (!read.success)
    throw new UsageError(
      read.error.issues.map(({ path, message }) => `${optionOf(String(path[0]))} ${message}`).join('\n'),
    );
  if (read.data.slack === 'http' && read.data.publicUrl === null)
    throw new UsageError(
      '--public-url is missing: over HTTP Slack must reach Firebreak. With --slack socket it need not.',
    );
  return read.data;
}

const optionOf = (key: string): string => `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** Asks at a terminal for whatever was not given. */
export async function askFor(given: Given): Promise<Answers> {
  const slack =
    given.slack ??
    (await answered(
      select({
        message: 'How does Slack reach Firebreak?',
        options: [
          {
            value: 'socket' as const,
            label: 'Socket Mode',
            hint: 'Firebreak opens the connection; no way in is needed',
          },
          { value: 'http' as const, label: 'HTTP', hint: 'Slack calls a public https address' },
          { value: 'none' as const, label: 'Not at all', hint: 'command line, API and page only' },
        ],
      }),
    ));
  const publicUrl =
    given.publicUrl ??
    (await line({
      message: 'Under which address do people reach its page?',
      hint: 'https://firebreak.example.com',
      isOptional: slack !== 'http',
      schema: address,
    }));
  const inSlack = slack !== 'none';
  const approvers =
    given.approvers ??
    (inSlack
      ? await line({
          message: 'Who approves and is invited? The id of a user group or user; `firebreak slack ids` finds it',
          hint: 'S012ABCDEF',
          isOptional: true,
          schema: userOrGroup,
        })
      : null);
  const announce =
    given.announce ??
    (inSlack
      ? await line({
          message: 'In which channel is each incident announced?',
          hint: '#incidents',
          isOptional: true,
          schema: channel,
        })
      : null);
  const samples =
    given.samples ?? (await answered(confirm({ message: 'Copy the four sample playbooks?', initialValue: false })));
  return answersFrom({ slack, publicUrl, approvers, announce, samples, command: given.command });
}

async function line({
  message,
  hint,
  isOptional,
  schema,
}: {
  readonly message: string;
  readonly hint: string;
  readonly isOptional: boolean;
  readonly schema: z.ZodType<string, string>;
}): Promise<string | null> {
  const given = await answered(
    text({
      message: isOptional ? `${message} (Enter: none for now)` : message,
      placeholder: hint,
      validate(value = '') {
        if (value === '' && isOptional) return undefined;
        return schema.safeParse(value).error?.issues[0]?.message;
      },
    }),
  );
  return given === '' || given === undefined ? null : given;
}

async function answered<T>(asked: Promise<T>): Promise<Exclude<T, symbol>> {
  const answer = await asked;
  if (!isCancel(answer)) return answer as Exclude<T, symbol>;
  cancel('Nothing was written.');
  throw new CliError('cancelled', 'Nothing was written.');
}
