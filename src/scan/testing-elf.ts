/** A little-endian ELF file for 64 bits with these sections, each at its own address from 0x1000 on. For tests only. */
export function elf64(sections: Readonly<Record<string, Uint8Array>>): Buffer {
  const names = ['', ...Object.keys(sections), '.shstrtab'];
  const strings = Buffer.from(`${names.join('\0')}\0`);
  const bodies = [Buffer.alloc(0), ...Object.values(sections), strings];
  const rows: Buffer[] = [];
  const header = Buffer.alloc(64);
  header.write('\x7fELF\x02\x01\x01', 'latin1');
  let offset = 64;
  let name = 0;
  for (const [index, body] of bodies.entries()) {
    const row = Buffer.alloc(64);
    row.writeUInt32LE(name, 0);
    row.writeUInt32LE(index === 0 ? 0 : 1, 4);
    row.writeBigUInt64LE(3n, 8);
    row.writeBigUInt64LE(index === 0 || index === bodies.length - 1 ? 0n : BigInt(index * 0x1000), 16);
    row.writeBigUInt64LE(BigInt(offset), 24);
    row.writeBigUInt64LE(BigInt(body.length), 32);
    rows.push(row);
    offset += body.length;
    name += Buffer.byteLength(names[index] ?? '') + 1;
  }
  header.writeBigUInt64LE(BigInt(offset), 40);
  header.writeUInt16LE(64, 58);
  header.writeUInt16LE(bodies.length, 60);
  header.writeUInt16LE(bodies.length - 1, 62);
  return Buffer.concat([header, ...bodies, ...rows]);
}
