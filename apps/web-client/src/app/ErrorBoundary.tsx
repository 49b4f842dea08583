// Catches a page that broke, so that people read a sentence instead of seeing nothing.
import { Component, type ReactNode } from 'react';
import { text } from '../ui/messages.ts';

interface Props {
  readonly children: ReactNode;
}

/** Shows what to do when rendering failed. */
export class ErrorBoundary extends Component<Props, { readonly message?: string }> {
  override state: { readonly message?: string } = {};

  static getDerivedStateFromError(error: unknown) {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  override render() {
    if (this.state.message === undefined) return this.props.children;
    return (
      <main className="shell-message">
        <h1>{text.shell.broken}</h1>
        <p className="quiet">{this.state.message}</p>
        <button type="button" className="button button-primary" onClick={() => location.reload()}>
          {text.shell.reload}
        </button>
      </main>
    );
  }
}
