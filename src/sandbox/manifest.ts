// What the sandbox takes from an app's manifest: the entries of its menus. Reads text; asks nobody.
import { parse } from 'yaml';
import { z } from 'zod';
import type { MenuShortcut } from './types.ts';

const Manifest = z.object({
  features: z.object({
    shortcuts: z
      .array(z.object({ name: z.string(), type: z.enum(['message', 'global']), callback_id: z.string() }))
      .default([]),
  }),
});

/** The shortcuts of a manifest, as YAML or JSON. @throws ZodError if it has no `features`, or a shortcut has no name, type or id */
export const shortcutsOf = (manifest: string): readonly MenuShortcut[] =>
  Manifest.parse(parse(manifest)).features.shortcuts.map(({ name, type, callback_id }) => ({
    name,
    type,
    callbackId: callback_id,
  }));
