// What is shipped for watching Firebreak from beside it: the scaler and Grafana's provisioning have the shape that their programs read, and ask for
// metrics that there are. That KEDA and Grafana take them is not shown here.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { givenMetrics, namesIn } from '../support/given/metrics.ts';

const read = (path: string): unknown => parse(readFileSync(path, 'utf8'));

/** KEDA 2: https://keda.sh/docs/2.17/reference/scaledobject-spec/ and its Prometheus scaler; what is not named there is refused. */
const ScaledObject = z.strictObject({
  apiVersion: z.literal('keda.sh/v1alpha1'),
  kind: z.literal('ScaledObject'),
  metadata: z.strictObject({ name: z.string() }),
  spec: z.strictObject({
    scaleTargetRef: z.strictObject({ name: z.string() }),
    minReplicaCount: z.int().min(1),
    maxReplicaCount: z.int(),
    pollingInterval: z.int(),
    cooldownPeriod: z.int(),
    fallback: z.strictObject({ failureThreshold: z.int().min(1), replicas: z.int().min(1) }),
    advanced: z.strictObject({
      horizontalPodAutoscalerConfig: z.strictObject({ behavior: z.record(z.string(), z.unknown()) }),
    }),
    triggers: z
      .array(
        z.strictObject({
          type: z.literal('prometheus'),
          metricType: z.enum(['AverageValue', 'Value']).optional(),
          metadata: z.strictObject({ serverAddress: z.url(), query: z.string(), threshold: z.string().regex(/^\d+$/) }),
        }),
      )
      .min(1),
  }),
});

describe('deploy/keda/scaledobject.yaml', () => {
  const { spec } = ScaledObject.parse(read('deploy/keda/scaledobject.yaml'));

  it('has the shape of a ScaledObject, and never scales below what it falls back to', () => {
    expect(spec.maxReplicaCount).toBeGreaterThan(spec.minReplicaCount);
    expect(spec.fallback.replicas).toBeGreaterThanOrEqual(spec.minReplicaCount);
    expect(spec.fallback.replicas).toBeLessThanOrEqual(spec.maxReplicaCount);
  });

  it('asks for metrics that exist, of the pool whose workers it scales', async () => {
    const there = namesIn((await givenMetrics().expose(undefined)).text);
    for (const { metadata } of spec.triggers) {
      const names = metadata.query.match(/firebreak_\w+/g) ?? [];
      expect(names.length).toBeGreaterThan(0);
      for (const name of names) expect(there).toContain(name);
      if (metadata.query.includes('pool=')) expect(metadata.query).toContain('pool="default"');
    }
    expect(spec.scaleTargetRef.name).toMatch(/-default$/);
  });
});

describe('deploy/grafana/provisioning', () => {
  it('names the one source that dashboards ask, and the folder in which the compose file has them', () => {
    const sources = z
      .strictObject({
        apiVersion: z.literal(1),
        datasources: z.tuple([
          z.strictObject({
            name: z.string(),
            type: z.literal('prometheus'),
            access: z.literal('proxy'),
            url: z.literal('http://prometheus:9090'),
            isDefault: z.literal(true),
            jsonData: z.strictObject({
              exemplarTraceIdDestinations: z.tuple([
                z.strictObject({ name: z.literal('run_id'), urlDisplayLabel: z.string(), url: z.string() }),
              ]),
            }),
          }),
        ]),
      })
      .parse(read('deploy/grafana/provisioning/datasources/prometheus.yaml'));
    expect(sources.datasources[0].jsonData.exemplarTraceIdDestinations[0].url).toMatch(/\/runs\/\$\$\{__value\.raw\}$/);
    const { providers } = z
      .strictObject({
        apiVersion: z.literal(1),
        providers: z.tuple([
          z.strictObject({
            name: z.string(),
            folder: z.string(),
            type: z.literal('file'),
            options: z.strictObject({ path: z.string() }),
          }),
        ]),
      })
      .parse(read('deploy/grafana/provisioning/dashboards/firebreak.yaml'));
    const { services } = z
      .object({ services: z.record(z.string(), z.object({ volumes: z.array(z.string()) })) })
      .parse(read('deploy/compose/monitoring.yaml'));
    const mounted = (services['grafana']?.volumes ?? []).map((volume) => volume.split(':'));
    const [folder] = mounted.find(([, to]) => to === providers[0].options.path) ?? [];
    expect(existsSync(`${folder}/firebreak-on-call.json`)).toBe(true);
  });
});
