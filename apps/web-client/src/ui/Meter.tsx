// A labelled progress bar.

interface MeterProps {
  readonly label: string;
  /** Shown at the right, for example "37 of 50". */
  readonly value?: string;
  /** Between 0 and 1; undefined while it cannot be said. */
  readonly progress: number | undefined;
}

/** A progress bar with its words above it. */
export function Meter({ label, value, progress }: MeterProps) {
  return (
    <div className="meter">
      <div className="meter-words small">
        <span className="quiet">{label}</span>
        <span>{value}</span>
      </div>
      <progress aria-label={label} max={1} {...(progress === undefined ? {} : { value: progress })} />
    </div>
  );
}
