// One of the numbered steps before training.
import type { ReactNode } from 'react';

interface StepProps {
  readonly number: number;
  readonly title: string;
  readonly state: 'todo' | 'now' | 'done';
  /** Short outcome at the right of the title. */
  readonly outcome?: string;
  readonly children: ReactNode;
}

/** A step: its number turns into a tick when it is done. */
export function Step({ number, title, state, outcome, children }: StepProps) {
  return (
    <li className={`step step-${state}`} aria-current={state === 'now' ? 'step' : undefined}>
      <span className="step-number" aria-hidden="true">
        {state === 'done' ? <Tick /> : number}
      </span>
      <div className="step-body">
        <div className="step-head">
          <h2>{title}</h2>
          {outcome !== undefined && <span className="small quiet">{outcome}</span>}
        </div>
        {children}
      </div>
    </li>
  );
}

function Tick() {
  return (
    <svg width="14" height="14" viewBox="0 0 14 14" fill="none" stroke="currentColor" strokeWidth="2">
      <path d="m2 7.5 3.5 3.5L12 3.5" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
