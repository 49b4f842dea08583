// Step 3: a name, the join code where one is asked for, and Start.
import { useState } from 'react';
import { text } from '../../ui/messages.ts';
import { readPreference, writePreference } from '../../ui/theme.ts';
import { Agreement, generatedImagesOf } from './Agreement.tsx';
import { deviceName } from './device-name.ts';
import { missingForStart } from './start-conditions.ts';
import type { Situation } from './situation.ts';
import { Step } from './Step.tsx';
import { dataOf } from './volunteer-state.ts';
import { useVolunteer } from './volunteer-store.ts';

const NAME_KEY = 'tessera.device-name';
/** The wire's bounds on both texts. */
const NAME_LIMIT = 40;
const CODE_LIMIT = 64;

/** The start button says what is missing until nothing is. */
export function StartStep({ situation }: { readonly situation: Situation }) {
  const { run, images, engine, start } = useVolunteer();
  const [name, setName] = useState(() => readPreference(NAME_KEY) ?? deviceName(navigator.userAgent));
  const [joinCode, setJoinCode] = useState(
    () => new URLSearchParams(location.hash.slice(1)).get('code') ?? '',
  );
  const [agreed, setAgreed] = useState(false);
  const shared = run.state === 'ready' ? generatedImagesOf(run.info.settings.strategy) : [];
  const codeWanted = run.state === 'ready' && run.info.joinCodeWanted;
  const missing = missingForStart({
    data: dataOf(run),
    images: images.state,
    engine: engine.state,
    codeMissing: codeWanted && !joinCode.trim(),
    agreementMissing: shared.length > 0 && !agreed,
  });
  const ready = run.state === 'ready' && missing === undefined;
  const begin = () => {
    writePreference(NAME_KEY, name.trim());
    start({ name: name.trim() || deviceName(navigator.userAgent), joinCode: joinCode.trim() });
  };
  return (
    <Step number={3} title={text.start.title} state={ready ? 'now' : 'todo'}>
      <form
        className="start"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) begin();
        }}
      >
        <div className="start-fields">
          <label className="field">
            <span>{text.start.name}</span>
            <input
              value={name}
              maxLength={NAME_LIMIT}
              autoComplete="off"
              onChange={(event) => setName(event.target.value)}
            />
          </label>
          {codeWanted && (
            <label className="field">
              <span>{text.start.code}</span>
              <input
                value={joinCode}
                maxLength={CODE_LIMIT}
                autoComplete="off"
                autoCapitalize="characters"
                onChange={(event) => setJoinCode(event.target.value)}
              />
            </label>
          )}
        </div>
        {shared.length > 0 && <Agreement shared={shared} agreed={agreed} onAgreed={setAgreed} />}
        <div className="start-action">
          <button type="submit" className="button button-primary button-large" disabled={!ready}>
            {text.start.button}
          </button>
          <p className="small quiet">{missing ?? situation.sentence}</p>
        </div>
      </form>
    </Step>
  );
}
