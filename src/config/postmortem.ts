// The section `postmortem:` of firebreak.yaml: what postmortems ask, whose time they show, who reviews them, when people hear of what is overdue.
import { z } from 'zod';
import { isTimeZone } from '../core/alert/local-time.ts';
import { defaultTemplate, isKnownSection, sectionOf } from '../core/postmortem/template.ts';

const Section = z
  .strictObject({
    /** One of the sections that every postmortem has, or a key of the house's own. */
    key: z.string().regex(/^[a-zA-Z][a-zA-Z0-9_-]{0,39}$/, 'must be letters, digits, - and _, such as customers'),
    title: z.string().trim().min(1).max(80).optional(),
    /** What is asked where nobody has written yet. */
    prompt: z.string().trim().max(500).optional(),
  })
  .refine(({ key, title }) => isKnownSection(key) || title !== undefined, {
    path: ['title'],
    message: 'must say what a section of your own is called',
  })
  .transform(sectionOf);

/** The section. */
export const PostmortemSetting = z
  .strictObject({
    /** Documents show times in this time zone (IANA). */
    timeZone: z.string().refine(isTimeZone, 'must be a time zone such as Europe/Berlin').default('UTC'),
    /** Approvals that a postmortem needs, of people other than who wrote last; 0: none. */
    reviews: z.number().int().min(0).max(5).default(1),
    /** The hour at which people hear what is overdue, in that time zone, 0 to 23; null: never. */
    remindAt: z.number().int().min(0).max(23).nullable().default(9),
    template: z
      .strictObject({
        sections: z
          .array(Section)
          .min(1, 'must have one section at least')
          .max(40)
          .refine((all) => new Set(all.map(({ key }) => key)).size === all.length, 'must have each key once'),
      })
      .default(() => ({ sections: [...defaultTemplate.sections] })),
  })
  .prefault({});

/** What it says. */
export type PostmortemSettings = z.output<typeof PostmortemSetting>;
