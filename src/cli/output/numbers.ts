/** `402,118`: the same on every machine, whatever its locale. */
export function formatCount(count: number): string {
  return String(Math.trunc(count)).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 app`, `3 apps`, `61,310 packages`; `plural` where an s does not do. */
export function formatNoun(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}

/** `0 B`, `812 KB`, `475 MB`, `1.2 GB`: powers of 1,000, one decimal below ten. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const text = unit > 0 && value < 9.95 ? value.toFixed(1) : formatCount(Math.round(value));
  return `${text} ${units[unit]}`;
}

/** `12 ms`, `8.1 s`, `2 min 5 s`, `3 h 12 min`, `4 d 2 h`. */
export function formatDuration(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return pair(seconds, 60, 'min', 's');
  if (seconds < 86_400) return pair(Math.round(seconds / 60), 60, 'h', 'min');
  return pair(Math.round(seconds / 3600), 24, 'd', 'h');
}

function pair(count: number, base: number, large: string, small: string): string {
  const rest = count % base;
  return rest === 0 ? `${count / base} ${large}` : `${Math.floor(count / base)} ${large} ${rest} ${small}`;
}

/** `2026-11-20` from an ISO date; what is no date stays as it is. */
export function formatDay(iso: string): string {
  return /^\d{4}-\d{2}-\d{2}T/.test(iso) ? iso.slice(0, 10) : iso;
}
