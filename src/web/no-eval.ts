// Imported before all else: the page's policy forbids code made of text, so zod must not even try.
import { z } from 'zod';

z.config({ jitless: true });
