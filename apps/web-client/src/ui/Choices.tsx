// One of a few, as a row of radio buttons that looks like one control.
import { useId } from 'react';

interface ChoicesProps<T extends string> {
  readonly legend: string;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly value: T;
  readonly onChange: (value: T) => void;
  readonly hideLegend?: boolean;
}

/** A segmented control with the keyboard behaviour of radio buttons. */
export function Choices<T extends string>({
  legend,
  options,
  value,
  onChange,
  hideLegend = false,
}: ChoicesProps<T>) {
  const name = useId();
  return (
    <fieldset className="field">
      <legend className={hideLegend ? 'visually-hidden' : 'small quiet'}>{legend}</legend>
      <div className="choices">
        {options.map((option) => (
          <label key={option.value}>
            <input
              type="radio"
              name={name}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            {option.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
