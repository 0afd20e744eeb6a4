import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { edges, listed, scanFiles } from '../testing.ts';
import { parseGemspec } from './extract.ts';

const spec = `# -*- encoding: utf-8 -*-
# stub: one 1.2.0 x86_64-linux lib

Gem::Specification.new do |s|
  s.name = "one".freeze
  s.version = "1.2.0"
  s.platform = "x86_64-linux".freeze
  s.homepage = "https://example.com/one".freeze
  s.licenses = ["MIT".freeze, "Ruby".freeze]
  s.specification_version = 4
  s.add_runtime_dependency(%q<two>.freeze, ["~> 2.0"])
  s.add_development_dependency(%q<three>.freeze, [">= 0"])
end
`;
const plain = (name: string, version: string) =>
  `Gem::Specification.new do |spec|\n  spec.name = '${name}'\n  spec.version = '${version}'\nend\n`;

test('gems of a folder and the default ones are one project', async () => {
  const root = 'usr/lib/ruby/gems/3.2.0/specifications';
  const { projects } = await scanFiles({
    [`${root}/one-1.2.0.gemspec`]: spec,
    [`${root}/default/two-2.1.gemspec`]: plain('two', '2.1'),
    [`${root}/odd.gemspec`]: 'Gem::Specification.new do |s|\n  s.name = NAME\nend\n',
    'lib/mine.gemspec': plain('mine', '1'),
  });
  const [project] = projects;
  assert.deepEqual(listed(project).sort(), ['one 1.2.0', 'two 2.1']);
  assert.deepEqual(edges(project), ['one@1.2.0 > two@2.1']);
  const one = project?.components.find(({ name }) => name === 'one');
  assert.deepEqual([one?.purl, one?.licences], ['pkg:gem/one@1.2.0?platform=x86_64-linux', ['MIT', 'Ruby']]);
  assert.deepEqual(
    [project?.path, project?.reasons[0]?.reason],
    ['usr/lib/ruby/gems/3.2.0', 'malformed-entry'],
  );
});

test('any text is read in bounded time', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.constantFrom('s.name = ', '"a"', "'", '%q<', '\n', ' ', '.freeze', 's.version="1"', '# stub: a 1'),
      ),
      parts => {
        parseGemspec(parts.join(''));
      },
    ),
  );
  assert.equal(parseGemspec(`s.name = ${'"'.repeat(100_000)}`), null);
});
