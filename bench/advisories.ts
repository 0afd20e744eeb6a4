/** An OSV record on one package, as text: all versions before `fixed`. The greater `harm`, from 0 to 9, the worse. */
export function osvRecord(id: string, ecosystem: string, name: string, fixed: string, harm: number): string {
  const impact = harm > 6 ? 'H' : harm > 3 ? 'L' : 'N';
  return JSON.stringify({
    id: `${ecosystem}-${id}`,
    aliases: [id],
    modified: '2026-01-01T00:00:00Z',
    severity: [{ type: 'CVSS_V3', score: `CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:${impact}/A:${impact}` }],
    affected: [
      {
        package: { ecosystem, name },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
      },
    ],
  });
}
