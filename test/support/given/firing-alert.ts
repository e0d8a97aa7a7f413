// An alert as a test gives it: labels, and whatever else matters there.
import { Alert } from '../../../src/core/alert/alert.ts';

/** A firing alert with these labels; everything else has a plain value. */
export function firingAlert(labels: { readonly [name: string]: string } = {}, rest: Partial<Alert> = {}): Alert {
  const fingerprint = rest.fingerprint ?? JSON.stringify(labels);
  const usual = {
    source: 'alertmanager',
    integration: 'prom',
    status: 'firing',
    title: 'it burns',
    severity: 'critical',
  };
  return Alert.parse({ ...usual, fingerprint: fingerprint.slice(0, 500), labels, ...rest });
}
