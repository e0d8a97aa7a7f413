// The text of all metrics in the format that the scraper asks for: Prometheus', or OpenMetrics, which has exemplars. Knows no metric.
import { Counter, type Metric, type OpenMetricsContentType, Registry } from 'prom-client';

/** The text and what it is. */
export type Exposition = { readonly contentType: string; readonly text: string };

/** True where OpenMetrics is asked for, and not less than anything else that is. A browser that takes everything gets Prometheus' text. */
function wantsOpenMetrics(accept: string | undefined): boolean {
  const asked = (accept ?? '').split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const quality = parameters.find((one) => one.startsWith('q='));
    return { type, quality: quality === undefined ? 1 : Number(quality.slice(2)) };
  });
  const of = (...types: readonly string[]) =>
    Math.max(0, ...asked.flatMap(({ type, quality }) => (types.includes(type) ? [quality] : [])));
  const open = of('application/openmetrics-text');
  return open > 0 && open >= of('text/plain');
}

/** Writes what is in a registry. To be made once everything is registered. */
export function createExposition(registry: Registry): (accept: string | undefined) => Promise<Exposition> {
  const open = new Registry<OpenMetricsContentType>();
  open.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  for (const { name } of registry.getMetricsAsArray()) {
    const metric = registry.getSingleMetric(name);
    if (metric !== undefined) open.registerMetric(metric instanceof Counter ? underItsFamily(metric, name) : metric);
  }
  return async (accept) =>
    wantsOpenMetrics(accept)
      ? { contentType: Registry.OPENMETRICS_CONTENT_TYPE, text: await open.metrics() }
      : { contentType: Registry.PROMETHEUS_CONTENT_TYPE, text: await registry.metrics() };
}

/**
 * A counter as OpenMetrics names it: without its `_total`, which stands at its samples. prom-client renames the counter itself, and would write it without `_total` to whoever asks for Prometheus' text next.
 */
function underItsFamily(metric: Counter, name: string): Metric {
  const family = name.replace(/_total$/, '');
  return Object.create(metric, {
    name: { value: family, writable: true },
    getForPromString: { value: async () => ({ ...(await metric.get()), name: family }) },
  });
}
