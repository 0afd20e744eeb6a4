import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, scanFiles } from '../testing.ts';

const GEMFILE = `source 'https://gems.example.com'
gemspec
gem 'rails', '~> 7.1', '>= 7.1.2'
gem "rack", "3.0.1" # exact
gem 'bare'
gem NAME
group :development, :test do
  gem 'rspec', require: false
end
gem 'own', path: '../own'
gem 'lint', '= 1.2', group: :development
platforms :ruby do
  gem('pg', '< 2')
end
`;

test('Gemfile: what is written out, with its ranges; what is computed is told', async () => {
  const { projects, diagnostics } = await scanFiles({ Gemfile: GEMFILE });
  assert.deepEqual(listed(projects[0]), [
    '!rails ~> 7.1, >= 7.1.2 prod',
    '!rack 3.0.1 prod',
    '!bare - prod',
    '!rspec - test',
    '!own - prod',
    '!lint 1.2 dev',
    '!pg < 2 prod',
  ]);
  assert.equal(projects[0]?.components.find(({ name }) => name === 'own')?.purl, null);
  assert.deepEqual(
    projects[0]?.reasons.map(({ reason }) => reason),
    ['manifest-without-lock'],
  );
  assert.deepEqual(
    diagnostics.filter(({ severity }) => severity === 'info').map(({ at }) => at),
    ['Gemfile:2', 'Gemfile:6'],
  );
});

test('Gemfile: a lockfile beside it is the answer', async () => {
  const lock = 'GEM\n  remote: https://gems.example.com/\n  specs:\n    bare (1.0)\n\nDEPENDENCIES\n  bare\n';
  const { projects } = await scanFiles({ Gemfile: GEMFILE, 'Gemfile.lock': lock });
  assert.deepEqual(projects.map(listed), [['!bare 1.0']]);
});
