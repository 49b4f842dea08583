// How others join: address, code, and why the browser warns.
import { Address } from '../../ui/Address.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { text } from '../../ui/messages.ts';
import { isLocal } from './join-urls.ts';
import { QrCode } from './QrCode.tsx';
import { useJoinInfo } from './use-join-info.ts';
import './join-panel.css';

/** Address in large type, QR code, join code, and the certificate's fingerprint. */
export function JoinPanel() {
  const info = useJoinInfo();
  const words = text.join;
  const [first, ...others] = info?.urls ?? [];
  if (!info || first === undefined) return <section className="panel join-panel" aria-label={words.title} />;
  return (
    <section className="panel join-panel" aria-label={words.title}>
      <h2 className="join-title">{words.title}</h2>
      <p className="join-url">
        <Address url={first} />
      </p>
      <QrCode url={first} />
      <div className="join-words">
        <p className="small quiet">{isLocal(first) ? words.local : words.wifi}</p>
        {info.joinCodeWanted && <p className="small quiet">{text.start.codeWhy}</p>}
        <CopyButton label={words.copy} text={() => first} />
      </div>
      <div className="join-more">
        {others.length > 0 && (
          <details className="disclosure">
            <summary>{words.others}</summary>
            <ul className="small">
              {others.map((url) => (
                <li key={url}>
                  <Address url={url} />
                </li>
              ))}
            </ul>
          </details>
        )}
        {info.fingerprint !== undefined && (
          <details className="disclosure">
            <summary>{words.whyWarn}</summary>
            <div className="join-why small">
              {words.warnBody.map((sentence) => (
                <p key={sentence}>{sentence}</p>
              ))}
              <p className="join-fingerprint">{info.fingerprint}</p>
              <p>{words.warnHow}</p>
            </div>
          </details>
        )}
      </div>
    </section>
  );
}
