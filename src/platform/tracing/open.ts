// Opens tracing where it is switched on. Where it is off, nothing of OpenTelemetry is loaded; where it cannot be opened, it is off, and
// the log says why: nothing waits for it, and nothing depends on it.
import type { Redactor } from '../../core/redact.ts';
import type { Log } from '../../ports/runtime.ts';
import { noTracing, type OpenTracing, type TraceExport } from '../../ports/tracing.ts';

/** Tracing as it is set; `to` null: it is off. */
export async function openTracing(
  to: TraceExport | null,
  given: { readonly log: Log; readonly redact: Redactor; readonly version: string },
): Promise<OpenTracing> {
  const off = { tracing: noTracing, close: async () => undefined };
  if (to === null) return off;
  try {
    const { openOtlp } = await import('./otlp.ts');
    return openOtlp(to, given);
  } catch (error) {
    given.log.warn({ err: error }, 'tracing could not be opened and is off; all else goes on');
    return off;
  }
}
