// A web address that breaks only where people pause when they read it out.

/** The address without its last slash, in pieces: scheme, host, port. */
export function Address({ url }: { readonly url: string }) {
  const { protocol, hostname, port, pathname } = new URL(url);
  return (
    <>
      {protocol}//
      <wbr />
      {hostname}
      {port !== '' && (
        <>
          <wbr />:{port}
        </>
      )}
      {pathname !== '/' && (
        <>
          <wbr />
          {pathname}
        </>
      )}
    </>
  );
}
