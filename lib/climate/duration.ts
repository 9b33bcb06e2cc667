import { fail } from '../errors';

/**
 * A length of time, with its unit: `'120h'`, `'10min'`, `'1d'`, `'30s'`, `'1.5h'`. A bare number has no unit and is
 * refused.
 */
export type Duration = `${number}${'s' | 'min' | 'h' | 'd'}`;

const MILLISECONDS = { s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds in a duration; `where` and `name` say in the error which option of which function was wrong. */
export function milliseconds(where: string, name: string, duration: Duration): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(s|min|h|d)\s*$/.exec(String(duration));
  if (!match) {
    return fail(
      where,
      `${name} must be a time with its unit such as '120h', '10min' or '1d', got ${String(duration)}`,
    );
  }
  return Number(match[1]) * MILLISECONDS[match[2] as keyof typeof MILLISECONDS];
}

/** A duration for reading: `10 min`, `1 h`, `3 d`, `2 h 15 min`. */
export function formatDuration(ms: number): string {
  if (ms < 0) return `−${formatDuration(-ms)}`;
  const parts: string[] = [];
  let rest = Math.round(ms / 1000) * 1000;
  for (const unit of ['d', 'h', 'min', 's'] as const) {
    const count = Math.floor(rest / MILLISECONDS[unit]);
    if (count > 0) parts.push(`${count} ${unit}`);
    rest -= count * MILLISECONDS[unit];
  }
  return parts.join(' ') || '0 s';
}
