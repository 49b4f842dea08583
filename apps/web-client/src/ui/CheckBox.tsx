// A check box with its meaning beside it.
import type { ReactNode } from 'react';

interface CheckBoxProps {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly label: string;
  readonly children?: ReactNode;
}

/** A check box whose whole row can be touched; children explain it in smaller type. */
export function CheckBox({ checked, onChange, label, children }: CheckBoxProps) {
  return (
    <label className="check">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
      <span>
        {label}
        {children !== undefined && <span className="check-why small quiet">{children}</span>}
      </span>
    </label>
  );
}
