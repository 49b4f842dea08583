// Groups of devices as people see them: a letter, and a colour of the Okabe-Ito set that never stands alone.

export interface GroupStyle {
  /** A, B, C… */
  readonly letter: string;
  readonly colour: string;
  /** Black or white, whichever reads better on the colour (at least 4.5 : 1). */
  readonly ink: string;
}

/** Okabe and Ito's eight colours (jfly.uni-koeln.de/color), in an order in which neighbours differ most. */
const COLOURS = [
  ['#e69f00', '#000000'],
  ['#56b4e9', '#000000'],
  ['#009e73', '#000000'],
  ['#cc79a7', '#000000'],
  ['#d55e00', '#000000'],
  ['#0072b2', '#ffffff'],
  ['#f0e442', '#000000'],
  ['#777777', '#000000'],
] as const;

/** Letter and colour of a group, counted from 0; colours repeat after eight, letters after twenty-six. */
export function groupStyle(cluster: number): GroupStyle {
  const [colour, ink] = COLOURS[cluster % COLOURS.length] ?? COLOURS[0];
  return { letter: String.fromCharCode(65 + (cluster % 26)), colour, ink };
}
