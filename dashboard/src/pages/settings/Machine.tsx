// How this machine shows it: theme, density, keys. Kept in this browser, for nobody else.

import type { ReactNode } from "react";
import { useConfig } from "../../api/queries";
import { preferences, setDensity, setTheme, usePreferences, type Density, type Theme } from "../../app/preferences";
import { Facts, Section } from "../../ui/pane";
import { plain, words } from "../../ui/text";

const THEMES: Record<Theme, string> = { system: "As the system", light: "Light", dark: "Dark", contrast: "High contrast" };
const DENSITIES: Record<Density, string> = { comfortable: "Comfortable", compact: "Compact" };

export function Machine() {
  const wishes = usePreferences();
  const config = useConfig();
  return (
    <div className="columns">
      <Section title="Look">
        <Choices legend="Theme" names={THEMES} chosen={wishes.theme} onChoose={setTheme}>
          Paper is always light.
        </Choices>
        <Choices legend="Density of tables" names={DENSITIES} chosen={wishes.density} onChoose={setDensity} />
      </Section>
      <Section title="Keyboard">
        <Switch checked={wishes.shortcuts} onChange={(shortcuts) => preferences.set({ shortcuts })} label="Single-key shortcuts">
          Off: only Ctrl K stays. Every key has a button or a menu that does the same; <kbd>?</kbd> lists them.
        </Switch>
        <Switch checked={wishes.advance} onChange={(advance) => preferences.set({ advance })} label="Go on to the next one after a decision">
          After a verdict in the queue and after an answer to an approval.
        </Switch>
      </Section>
      {config && (
        <Section title="About">
          <Facts
            facts={[
              { name: "Signed in", value: `${plain(config.me.name, 60)}, ${words(config.me.role).toLowerCase()}` },
              { name: "Release", value: plain(config.release, 60) },
              { name: "Environment", value: `${plain(config.environment, 60)}, ${config.form === "aws" ? "on AWS" : "on this machine"}` },
              { name: "Mode", value: plain(words(config.mode), 40) },
              { name: "Model", value: config.model === null ? "none; rules work alone" : plain(config.model, 80) },
            ]}
          />
        </Section>
      )}
    </div>
  );
}

type ChoicesProps<T extends string> = { legend: string; names: Record<T, string>; chosen: T; onChoose: (choice: T) => void; children?: ReactNode };

function Choices<T extends string>({ legend, names, chosen, onChoose, children }: ChoicesProps<T>) {
  return (
    <fieldset className="wish">
      <legend>{legend}</legend>
      {(Object.keys(names) as T[]).map((each) => (
        <label key={each} className="wish-choice">
          <input type="radio" name={legend} checked={chosen === each} onChange={() => onChoose(each)} />
          {names[each]}
        </label>
      ))}
      {children && <p className="note-line">{children}</p>}
    </fieldset>
  );
}

type SwitchProps = { checked: boolean; onChange: (next: boolean) => void; label: string; children: ReactNode };

function Switch({ checked, onChange, label, children }: SwitchProps) {
  return (
    <div className="wish">
      <label className="wish-choice">
        <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
        {label}
      </label>
      <p className="note-line">{children}</p>
    </div>
  );
}
