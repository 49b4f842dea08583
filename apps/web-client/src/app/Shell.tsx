// The frame around the pages: name, way about, colours.
import { type ReactNode, useState } from 'react';
import { text } from '../ui/messages.ts';
import { applyTheme, keptTheme, THEMES } from '../ui/theme.ts';
import type { Route } from './route.ts';
import './shell.css';

interface ShellProps {
  readonly current: Route;
  readonly children: ReactNode;
}

/** Header, main part and footer. */
export function Shell({ current, children }: ShellProps) {
  return (
    <>
      <a className="skip-link" href="#main">
        {text.shell.skip}
      </a>
      <header className="shell-header">
        <a className="shell-name" href="/">
          <svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true">
            <path fill="currentColor" d="M0 0h10v10H0z" />
            <path fill="var(--accent)" d="M12 0h10v10H12zM0 12h10v10H0z" />
            <path fill="currentColor" opacity=".35" d="M12 12h10v10H12z" />
          </svg>
          {text.shell.name}
        </a>
        <nav className="shell-nav">
          <a href="/" aria-current={current === 'volunteer' ? 'page' : undefined}>
            {text.shell.takePart}
          </a>
          <a href="/run" aria-current={current === 'run' ? 'page' : undefined}>
            {text.shell.run}
          </a>
        </nav>
        <ThemeSwitch />
      </header>
      <main id="main" tabIndex={-1} className={`shell-main shell-main-${current}`}>
        {children}
      </main>
    </>
  );
}

function ThemeSwitch() {
  const [theme, setTheme] = useState(keptTheme);
  const words = text.shell.theme;
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
  const change = () => {
    applyTheme(next);
    setTheme(next);
  };
  return (
    <button
      type="button"
      className="shell-theme"
      onClick={change}
      aria-label={`${words.label}: ${words[theme]}`}
    >
      <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
        <circle cx="9" cy="9" r="7" fill="none" stroke="currentColor" strokeWidth="1.6" />
        {theme === 'system' && <path d="M9 2a7 7 0 0 1 0 14z" fill="currentColor" />}
        {theme === 'dark' && <circle cx="9" cy="9" r="7" fill="currentColor" />}
      </svg>
      <span className="shell-theme-word">{words[theme]}</span>
    </button>
  );
}
