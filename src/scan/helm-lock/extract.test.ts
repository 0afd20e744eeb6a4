import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, scanFiles } from '../testing.ts';

test('Chart.lock: charts with their repositories', async () => {
  const lock =
    'dependencies:\n- name: a\n  repository: https://example.com/charts\n  version: 1.10.0\n- name: own\n  repository: file://../own\n  version: 0.1.0\ndigest: sha256:x\n';
  const { projects } = await scanFiles({ 'Chart.lock': lock, 'Chart.yaml': 'name: app\nversion: 1.0.0\n' });
  assert.deepEqual(listed(projects[0]), ['!a 1.10.0 prod', '!own 0.1.0 prod']);
  assert.deepEqual(
    projects[0]?.components.map(component => component.purl),
    ['pkg:helm/a@1.10.0?repository_url=https:%2F%2Fexample.com%2Fcharts', null],
  );
});
