// Step 2: which engine runs here, and why.
import { Meter } from '../../ui/Meter.tsx';
import { text } from '../../ui/messages.ts';
import { Notice } from '../../ui/Notice.tsx';
import { Step } from './Step.tsx';
import { useVolunteer } from './volunteer-store.ts';

/** Shows the engine ladder's choice; an address without https explains why WebGPU is missing. */
export function EngineStep() {
  const engine = useVolunteer((state) => state.engine);
  const words = text.engine;
  const done = engine.state === 'ready';
  return (
    <Step
      number={2}
      title={words.title}
      state={done ? 'done' : 'todo'}
      {...(done ? { outcome: words.checked } : {})}
    >
      {engine.state === 'starting' && <Meter label={words.starting} progress={engine.progress} />}
      {engine.state === 'ready' && (
        <>
          <p>{words.described(engine.backend, engine.adapter)}</p>
          <p className="small quiet">{words.later}</p>
          <details className="disclosure small">
            <summary>{words.whyThis}</summary>
            <p>{engine.reason}</p>
            {engine.refused.map(({ name, why }) => (
              <p key={name}>{words.refused(words.name(name), why)}</p>
            ))}
          </details>
        </>
      )}
      {engine.state === 'failed' && (
        <Notice tone="bad">
          <p>{words.failed}</p>
          <p>{words.failedHelp}</p>
        </Notice>
      )}
      {!isSecureContext && (
        <Notice tone="warn">
          <p>
            <strong>{words.insecureTitle}</strong>
          </p>
          <p>{words.insecure}</p>
        </Notice>
      )}
    </Step>
  );
}
