import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blake3 } from '@noble/hashes/blake3.js';
import fc from 'fast-check';
import { Blake3 } from './blake3.ts';

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** The lengths of BLAKE3's own test vectors, whose input counts 0 to 250 over and over; values of the reference implementation's b3sum. */
const OFFICIAL = `
0 af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262
1 2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213
2 7b7015bb92cf0b318037702a6cdd81dee41224f734684c2c122cd6359cb1ee63
8 2351207d04fc16ade43ccab08600939c7c1fa70a5c0aaca76063d04c3228eaeb
63 e9bc37a594daad83be9470df7f7b3798297c3d834ce80ba85d6e207627b7db7b
64 4eed7141ea4a5cd4b788606bd23f46e212af9cacebacdc7d1f4c6dc7f2511b98
65 de1e5fa0be70df6d2be8fffd0e99ceaa8eb6e8c93a63f2d8d1c30ecb6b263dee
127 d81293fda863f008c09e92fc382a81f5a0b4a1251cba1634016a0f86a6bd640d
128 f17e570564b26578c33bb7f44643f539624b05df1a76c81f30acd548c44b45ef
129 683aaae9f3c5ba37eaaf072aed0f9e30bac0865137bae68b1fde4ca2aebdcb12
1023 10108970eeda3eb932baac1428c7a2163b0e924c9a9e25b35bba72b28f70bd11
1024 42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7
1025 d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444
2048 e776b6028c7cd22a4d0ba182a8bf62205d2ef576467e838ed6f2529b85fba24a
2049 5f4d72f40d7a5f82b15ca2b2e44b1de3c2ef86c426c95c1af0b6879522563030
3072 b98cb0ff3623be03326b373de6b9095218513e64f1ee2edd2525c7ad1e5cffd2
3073 7124b49501012f81cc7f11ca069ec9226cecb8a2c850cfe644e327d22d3e1cd3
4096 015094013f57a5277b59d8475c0501042c0b642e531b0a1c8f58d2163229e969
4097 9b4052b38f1c5fc8b1f9ff7ac7b27cd242487b3d890d15c96a1c25b8aa0fb995
5120 9cadc15fed8b5d854562b26a9536d9707cadeda9b143978f319ab34230535833
5121 628bd2cb2004694adaab7bbd778a25df25c47b9d4155a55f8fbd79f2fe154cff
7168 61da957ec2499a95d6b8023e2b0e604ec7f6b50e80a9678b89d2628e99ada77a
7169 a003fc7a51754a9b3c7fae0367ab3d782dccf28855a03d435f8cfe74605e7817
8192 aae792484c8efe4f19e2ca7d371d8c467ffb10748d8a5a1ae579948f718a2a63
8193 bab6c09cb8ce8cf459261398d2e7aef35700bf488116ceb94a36d0f5f1b7bc3b
16384 f875d6646de28985646f34ee13be9a576fd515f76b5b0a26bb324735041ddde4
31744 62b6960e1a44bcc1eb1a611a8d6235b6b4b78f32e7abc4fb4c6cdcce94895c47
102400 bc3e3d41a1146b069abffad3c0d44860cf664390afce4d9661f7902e7943e085
`;

const counting = (length: number): Uint8Array => Uint8Array.from({ length }, (_, at) => at % 251);

test('the official vectors', () => {
  for (const line of OFFICIAL.trim().split('\n')) {
    const [length, digest] = line.split(' ') as [string, string];
    assert.equal(hexOf(new Blake3().update(counting(Number(length))).digest()), digest, length);
  }
});

test('every length around chunks and batches, and every way to cut the input, gives the hash of another implementation', () => {
  const edges = [1, 2, 3, 4, 5, 63, 64, 65, 66, 127, 128, 129, 191, 192, 193, 320].flatMap(chunks =>
    [-1, 0, 1].map(more => chunks * 1024 + more),
  );
  for (const length of edges) {
    const input = counting(length);
    assert.equal(hexOf(new Blake3().update(input).digest()), hexOf(blake3(input)), String(length));
  }
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 300_000 }),
      fc.array(fc.integer({ min: 0, max: 140_000 }), { maxLength: 6 }),
      (length, cuts) => {
        const input = counting(length);
        const hasher = new Blake3();
        let at = 0;
        for (const cut of cuts) {
          hasher.update(input.subarray(at, at + cut));
          at = Math.min(length, at + cut);
        }
        hasher.update(input.subarray(at));
        assert.equal(hexOf(hasher.digest()), hexOf(blake3(input)));
      },
    ),
    { numRuns: 30 },
  );
});

test('hashers that are used by turns do not disturb one another', () => {
  const [a, b] = [new Blake3(), new Blake3()];
  const input = counting(200_000);
  for (let at = 0; at < input.length; at += 50_000) {
    a.update(input.subarray(at, at + 50_000));
    b.update(input.subarray(at, at + 49_999));
  }
  assert.equal(hexOf(a.digest()), hexOf(blake3(input)));
  assert.notEqual(hexOf(b.digest()), hexOf(a.digest()));
});
