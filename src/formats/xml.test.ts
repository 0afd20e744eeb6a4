import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FormatError } from './errors.ts';
import { parseXml, xmlAttribute, xmlPlace } from './xml.ts';

function fault(text: string): FormatError {
  try {
    parseXml(text);
  } catch (thrown) {
    assert.ok(thrown instanceof FormatError, String(thrown));
    return thrown;
  }
  return assert.fail(`parsed: ${text}`);
}

test('elements, attributes, namespaces, text and CDATA are kept with their place', () => {
  const root = parseXml(
    '<?xml version="1.0"?>\n<b xmlns="urn:x" xmlns:p="urn:p">\n <c p:id="1" id="2">t<![CDATA[<&>]]>&amp;</c><c/><!-- no --></b>',
  );
  assert.deepEqual(
    [root.name, root.namespace, root.attributes.length, root.children.length],
    ['b', 'urn:x', 0, 2],
  );
  const [c] = root.children;
  assert.ok(c);
  assert.equal(c.text, 't<&>&');
  assert.equal(xmlAttribute(c, 'id'), '2');
  assert.equal(xmlAttribute(c, 'id', 'urn:p'), '1');
  assert.equal(xmlAttribute(c, '__proto__'), null);
  assert.equal(xmlPlace(c), 'line 3, column 2: /b/c[1]');
  assert.equal(xmlPlace(root), 'line 2, column 1: /b');
});

test('places are exact over line ends of all kinds and characters beyond the basic plane', () => {
  const root = parseXml('<a>\r\n\r\n  <b\n c="1"/>\u{1F600}<d/>\n<e >\n</e\n></a>');
  assert.deepEqual(
    root.children.map(child => [child.name, child.line, child.column]),
    [
      ['b', 3, 3],
      ['d', 4, 11],
      ['e', 5, 1],
    ],
  );
});

test('a document type declaration is refused, with billion laughs and external entities', () => {
  const laughs = '<!DOCTYPE b [<!ENTITY a "ha"><!ENTITY c "&a;&a;">]><b>&c;</b>';
  const external = '<!DOCTYPE b [<!ENTITY x SYSTEM "file:///etc/passwd">]><b>&x;</b>';
  for (const text of [laughs, external, '<!DOCTYPE b><b/>']) {
    assert.equal(fault(text).code, 'invalid-xml');
    assert.match(fault(text).message, /line 1, column \d+: a document type declaration/);
  }
  assert.match(fault('<b>&nope;</b>').message, /undefined entity/);
});

test('nesting is bounded, and a cut document is called cut off', () => {
  assert.equal(fault('<a>'.repeat(100_000)).code, 'too-deep');
  assert.match(fault('<a><b>text').message, /cut off/);
  assert.match(fault('<a><b').message, /cut off/);
  assert.doesNotMatch(fault('<a><b></a></b>').message, /cut off/);
  assert.equal(fault('').code, 'invalid-xml');
  assert.equal(fault('no xml').code, 'invalid-xml');
});

test('damaged documents give a tree or a FormatError, nothing else', () => {
  const base = '<?xml version="1.0"?><b xmlns="urn:x"><c id="1">t &amp; u</c><![CDATA[x]]></b>';
  const edit = fc.tuple(
    fc.nat(base.length - 1),
    fc.constantFrom('', '<', '>', '&', '"', '/', '!', '[', ']', ':', '\u0000', '\ud800'),
  );
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), edits => {
      let text = base;
      for (const [at, char] of edits) text = text.slice(0, at) + char + text.slice(at + 1);
      try {
        assert.ok(parseXml(text).name.length > 0);
      } catch (thrown) {
        assert.ok(thrown instanceof FormatError, String(thrown));
      }
    }),
    { numRuns: 500 },
  );
});

test('an XML declaration without a version is told as that, also from UTF-16', () => {
  assert.throws(() => parseXml('<?xml encoding="UTF-16"?>\n<project/>'), {
    code: 'invalid-xml',
    message: /^line 1, .*the XML declaration has no version first/,
  });
});
