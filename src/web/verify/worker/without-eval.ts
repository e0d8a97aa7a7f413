// The page's policy makes no code of text; schemas that would try it are told before the first of them is made.
import { z } from 'zod';

z.config({ jitless: true });
