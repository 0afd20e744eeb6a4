import { styleText } from 'node:util';
import { clean } from './text.ts';

/** red: act; yellow: look; green: proved; dim: context. Colour only adds: the words say it too. */
export type Style = 'red' | 'yellow' | 'green' | 'dim' | 'bold';

/** How text is shown: as wide as the terminal (endless elsewhere, so that nothing drops out of a pipe), with or without colour. */
export interface Screen {
  readonly width: number;
  readonly colour: boolean;
  /** Makes text from documents safe to show, and styles it. */
  readonly paint: (style: Style | null, text: string) => string;
}

export const NARROWEST = 40;

/** A screen of this width; `Infinity` for files and pipes. */
export function makeScreen(width: number, colour: boolean): Screen {
  return {
    width,
    colour,
    paint: (style, text) => {
      const safe = clean(text);
      return colour && style !== null && safe !== ''
        ? styleText(style, safe, { validateStream: false })
        : safe;
    },
  };
}

/** The screen of a stream: NO_COLOR and FORCE_COLOR as they are used everywhere, COLUMNS before what the terminal says. */
export function screenOf(
  stream: { readonly isTTY: boolean; readonly columns: number | undefined },
  env: Readonly<Record<string, string | undefined>>,
): Screen {
  const asked = Number.parseInt(env['COLUMNS'] ?? '', 10);
  const own = stream.isTTY ? (stream.columns ?? 80) : Number.POSITIVE_INFINITY;
  return makeScreen(Math.max(NARROWEST, asked > 0 ? asked : own), wantsColour(stream.isTTY, env));
}

function wantsColour(isTTY: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  if (env['NO_COLOR']) return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return isTTY && env['TERM'] !== 'dumb';
}
