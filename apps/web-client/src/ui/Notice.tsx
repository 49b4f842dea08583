// A boxed sentence that asks for attention.
import type { ReactNode } from 'react';

interface NoticeProps {
  readonly tone?: 'calm' | 'warn' | 'bad';
  readonly role?: 'status' | 'alert';
  readonly children: ReactNode;
}

/** A notice with a sign that does not rely on colour. */
export function Notice({ tone = 'calm', role, children }: NoticeProps) {
  return (
    <div className={`notice notice-${tone}`} role={role}>
      <NoticeSign tone={tone} />
      <div>{children}</div>
    </div>
  );
}

function NoticeSign({ tone }: { readonly tone: 'calm' | 'warn' | 'bad' }) {
  return (
    <svg
      width="18"
      height="18"
      viewBox="0 0 18 18"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      aria-hidden="true"
    >
      {tone === 'calm' ? (
        <circle cx="9" cy="9" r="7" />
      ) : (
        <path d="M9 2 16.5 15.5h-15z" strokeLinejoin="round" />
      )}
      {tone === 'calm' ? (
        <path d="M9 8.2v4.2M9 5.4v.4" strokeLinecap="round" />
      ) : (
        <path d="M9 7v4M9 13.2v.3" strokeLinecap="round" />
      )}
    </svg>
  );
}
