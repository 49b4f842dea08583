// How hard the device works, and when it should rest.
import { CheckBox } from '../../ui/CheckBox.tsx';
import { Choices } from '../../ui/Choices.tsx';
import { text } from '../../ui/messages.ts';
import { useCourtesy } from './use-courtesy.ts';
import { useSurroundings } from './use-surroundings.ts';
import { wakeLockOffered } from './use-wake-lock.ts';
import { POWER_SETTINGS, useWishes } from './wishes-store.ts';

/** The three-way power setting with its meaning, the battery and the screen. */
export function PowerPanel() {
  const wishes = useWishes();
  const wakeLock = useCourtesy();
  const { battery } = useSurroundings();
  const words = text.power;
  return (
    <section className="power" aria-label={words.title}>
      <Choices
        legend={words.title}
        value={wishes.power}
        options={POWER_SETTINGS.map((value) => ({ value, label: words.names[value] }))}
        onChange={(power) => wishes.change({ power })}
      />
      <p className="power-meaning small quiet">{words.meaning[wishes.power]}</p>
      <div className="power-checks">
        {battery && (
          <CheckBox
            checked={wishes.onlyPluggedIn}
            label={words.pluggedIn}
            onChange={(onlyPluggedIn) => wishes.change({ onlyPluggedIn })}
          >
            {words.pluggedInNow(battery.charging, battery.level)}
          </CheckBox>
        )}
        {wakeLockOffered && (
          <CheckBox
            checked={wishes.screenOn}
            label={words.screenOn}
            onChange={(screenOn) => wishes.change({ screenOn })}
          >
            {wakeLock === 'refused' ? words.screenRefused : words.screenOnWhy}
          </CheckBox>
        )}
      </div>
    </section>
  );
}
