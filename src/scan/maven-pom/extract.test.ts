import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, scanFiles } from '../testing.ts';

const parent = `<project>
  <groupId>g</groupId><artifactId>parent</artifactId><version>1</version>
  <packaging>pom</packaging>
  <modules><module>app</module></modules>
  <licenses><license><name>MIT</name></license></licenses>
  <properties><v>1.0</v><own>\${project.version}</own></properties>
  <dependencyManagement><dependencies>
    <dependency><groupId>x</groupId><artifactId>managed</artifactId><version>\${v}</version><scope>test</scope></dependency>
    <dependency><groupId>g</groupId><artifactId>bom</artifactId><version>1</version><type>pom</type><scope>import</scope></dependency>
    <dependency><groupId>x</groupId><artifactId>far-bom</artifactId><version>9</version><type>pom</type><scope>import</scope></dependency>
  </dependencies></dependencyManagement>
  <dependencies><dependency><groupId>x</groupId><artifactId>inherited</artifactId><version>\${own}</version></dependency></dependencies>
</project>`;
const bom = `<project>
  <groupId>g</groupId><artifactId>bom</artifactId><version>1</version>
  <dependencyManagement><dependencies>
    <dependency><groupId>x</groupId><artifactId>from-bom</artifactId><version>3.0</version></dependency>
  </dependencies></dependencyManagement>
</project>`;
const app = `<project>
  <parent><groupId>g</groupId><artifactId>parent</artifactId><version>1</version></parent>
  <artifactId>app</artifactId><version>2</version>
  <properties><v>1.1</v></properties>
  <dependencies>
    <dependency><groupId>x</groupId><artifactId>managed</artifactId></dependency>
    <dependency><groupId>x</groupId><artifactId>from-bom</artifactId><classifier>tests</classifier><version>4.0</version></dependency>
    <dependency><groupId>x</groupId><artifactId>from-bom</artifactId></dependency>
    <dependency><groupId>x</groupId><artifactId>range</artifactId><version>[1,2)</version></dependency>
    <dependency><groupId>x</groupId><artifactId>open</artifactId><version>\${nowhere}</version><scope>provided</scope></dependency>
    <dependency><artifactId>nameless</artifactId></dependency>
  </dependencies>
</project>`;

test('parents, properties of the child, management and BOM imports of the tree', async () => {
  const { projects } = await scanFiles({ 'pom.xml': parent, 'app/pom.xml': app, 'bom/pom.xml': bom });
  const found = projects.find(project => project.path === 'app');
  assert.deepEqual(listed(found), [
    '!x:inherited 2 prod',
    '!x:managed 1.1 test',
    '!x:from-bom 4.0 prod',
    '!x:from-bom 3.0 prod',
    '!x:range [1,2) prod',
    '!x:open ${nowhere} peer',
  ]);
  assert.deepEqual(
    [found?.subject.name, found?.subject.version, found?.subject.licences],
    ['g:app', '2', ['MIT']],
  );
  assert.deepEqual([...new Set(found?.reasons.map(gap => gap.reason))].sort(), [
    'malformed-entry',
    'transitive-not-listed',
    'unpinned-requirement',
    'unresolved-parent',
    'unresolved-property',
  ]);
  assert.deepEqual(found?.components[0]?.locations, [{ file: 'pom.xml', line: 12 }]);
  assert.equal(found?.components[2]?.purl, 'pkg:maven/x/from-bom@4.0?classifier=tests');
  assert.deepEqual(projects.find(project => project.path === '.')?.links, ['app']);
});

test('properties that name each other in a circle end', async () => {
  const { projects } = await scanFiles({
    'pom.xml':
      '<project><artifactId>a</artifactId><properties><a>${b}</a><b>${a}x</b></properties><dependencies><dependency><groupId>g</groupId><artifactId>${a}</artifactId><version>1</version></dependency></dependencies></project>',
  });
  assert.ok(projects[0]?.reasons.some(gap => gap.reason === 'unresolved-property'));
});

test('a parent that is its own parent ends', async () => {
  const { projects } = await scanFiles({
    'pom.xml':
      '<project><parent><groupId>g</groupId><artifactId>a</artifactId><version>1</version><relativePath>pom.xml</relativePath></parent><groupId>g</groupId><artifactId>a</artifactId></project>',
  });
  assert.equal(projects[0]?.reasons[0]?.reason, 'unresolved-parent');
});

test('entities of a document type are refused', async () => {
  const { projects } = await scanFiles({
    'pom.xml':
      '<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]><project><artifactId>&x;</artifactId></project>',
  });
  assert.equal(projects[0]?.reasons[0]?.reason, 'malformed-file');
});
